/** A small generator of numbers that gives the same ones on every machine (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
	let state = seed >>> 0;
	return (below) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

/** Values that break arithmetic: signs, borders of widths, what is absurdly large. */
const EXTREMES = [
	0n,
	1n,
	7n,
	8n,
	0x7fn,
	0xffn,
	0xffffn,
	0x7fffffffn,
	0xffffffffn,
	1n << 40n,
	1n << 62n,
	(1n << 64n) - 1n,
];

/** @returns a copy of real input, damaged in a few places as the seed says */
export function mutated(input: Uint8Array, seed: number): Uint8Array<ArrayBuffer> {
	const random = randomNumbers(seed);
	let bytes = Uint8Array.from(input);
	for (let times = 1 + random(4); times > 0; times--) bytes = damaged(bytes, random);
	return bytes;
}

function damaged(bytes: Uint8Array<ArrayBuffer>, random: (below: number) => number): Uint8Array<ArrayBuffer> {
	if (bytes.length < 16) return bytes;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	// headers decide most
	const at = random(random(2) === 0 ? Math.min(512, bytes.length) : bytes.length);
	switch (random(7)) {
		case 0:
			bytes[at] ^= 1 << random(8);
			return bytes;
		case 1:
			bytes[at] = random(256);
			return bytes;
		case 2:
			view.setBigUint64(Math.min(at & ~7, bytes.length - 8), EXTREMES[random(EXTREMES.length)], true);
			return bytes;
		case 3:
			view.setUint32(Math.min(at & ~3, bytes.length - 4), Number(EXTREMES[random(9)]), true);
			return bytes;
		case 4:
			view.setUint16(Math.min(at & ~1, bytes.length - 2), Number(EXTREMES[random(7)]), true);
			return bytes;
		case 5:
			return bytes.slice(0, at);
		default: {
			const other = random(bytes.length);
			bytes.copyWithin(at, other, other + random(256));
			return bytes;
		}
	}
}
