const HIGH = 4_294_967_296;

/**
 * 64 bits as a number, exact below 2^53: identifiers, lengths, and times up to 104 days of uptime (then by 2 ns).
 * Much quicker than 64-bit integers, of which every field of every sample would be one.
 */
export function unsignedAt(view: DataView, offset: number): number {
	return view.getUint32(offset + 4, true) * HIGH + view.getUint32(offset, true);
}

/**
 * An address as a signed number: the kernel's half of the address space is negative, and either half is exact as far
 * as today's machines reach.
 */
export function addressAt(view: DataView, offset: number): number {
	return view.getInt32(offset + 4, true) * HIGH + view.getUint32(offset, true);
}
