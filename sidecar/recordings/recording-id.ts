import { randomBytes } from "node:crypto";

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;
/** bytes from here on would make the first digits likelier than the others */
const FAIR_BYTES = 256 - (256 % DIGITS.length);

/** A new id: 26 characters of [0-9a-z]; later ones sort behind earlier ones, and none can be guessed. */
export function newRecordingId(milliseconds: number = Date.now()): string {
	let random = "";
	while (random.length < RANDOM_LENGTH) {
		for (const byte of randomBytes(RANDOM_LENGTH)) {
			if (byte < FAIR_BYTES && random.length < RANDOM_LENGTH) random += DIGITS[byte % DIGITS.length];
		}
	}
	return milliseconds.toString(36).padStart(TIME_LENGTH, "0") + random;
}

export function isRecordingId(text: string): boolean {
	return /^[0-9a-z]{26}$/.test(text);
}
