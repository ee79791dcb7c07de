import type { EventAttributes } from "./attributes.ts";
import { readValuesLength } from "./read-values.ts";
import { MISC, SAMPLE_FIELD } from "./record-types.ts";
import { addressAt, unsignedAt } from "./words.ts";

/** Longest chain that is read; perf's own limit is 127, raised by sysctl kernel.perf_event_max_stack. */
export const MAX_CHAIN = 1024;
/** Stands for whatever cannot be an address of the program's: garbage that was taken for a return address. */
export const NO_ADDRESS = 2 ** 60;
/** Stands for whatever ran inside of a virtual machine, of whose programs the host knows nothing. */
export const GUEST_ADDRESS = 2 ** 61;

/** Markers in a call chain that say whose addresses follow. */
const CONTEXT = {
	hypervisor: -32,
	kernel: -128,
	user: -512,
	guest: -2048,
	guestKernel: -2176,
	guestUser: -2560,
	/** what lies above is a marker, or garbage of a missing frame pointer */
	lowest: -4095,
} as const;
/** User space ends below (2^47 nearly everywhere, 2^52 at the widest); what lies beyond was no return address. */
const USER_SPACE = 2 ** 53;

/**
 * Fills `chain` with a sample's addresses from the leaf on: the kernel's negative, the user's not, NO_ADDRESS and
 * GUEST_ADDRESS as they are.
 * @param at of the record, which has `size` bytes
 * @param chain of MAX_CHAIN elements
 * @returns how many there are
 */
export function readCallChain(
	view: DataView,
	at: number,
	size: number,
	attributes: EventAttributes,
	chain: Float64Array,
): number {
	const { sample, sampleType } = attributes;
	if ((sampleType & SAMPLE_FIELD.callchain) === 0) {
		if (sample.ip === -1) return 0;
		chain[0] = isOfGuest(view, at) ? GUEST_ADDRESS : addressAt(view, at + sample.ip);
		return 1;
	}
	let place = at + sample.variable;
	const end = at + size;
	if ((sampleType & SAMPLE_FIELD.read) !== 0) {
		if (place + 8 > end) return 0;
		place += readValuesLength(view, place, attributes.readFormat);
	}
	if (place + 8 > end) return 0;
	return addressesAt(view, place + 8, Math.min(unsignedAt(view, place), (end - place - 8) / 8), chain);
}

function addressesAt(view: DataView, first: number, count: number, chain: Float64Array): number {
	let length = 0;
	let context: number = CONTEXT.user;
	for (let place = first; place + 8 <= first + 8 * count && length < MAX_CHAIN; place += 8) {
		const address = addressAt(view, place);
		if (address >= 0 || address < CONTEXT.lowest) {
			if (context === CONTEXT.kernel) chain[length++] = address;
			else if (context <= CONTEXT.guest) {
				if (length === 0 || chain[length - 1] !== GUEST_ADDRESS) chain[length++] = GUEST_ADDRESS;
			} else chain[length++] = address >= 0 && address < USER_SPACE ? address : NO_ADDRESS;
			continue;
		}
		// what stands before garbage is right
		if (!isContext(address)) break;
		context = address;
	}
	return length;
}

function isContext(address: number): boolean {
	switch (address) {
		case CONTEXT.hypervisor:
		case CONTEXT.kernel:
		case CONTEXT.user:
		case CONTEXT.guest:
		case CONTEXT.guestKernel:
		case CONTEXT.guestUser:
			return true;
		default:
			return false;
	}
}

function isOfGuest(view: DataView, at: number): boolean {
	const mode = view.getUint16(at + 4, true) & MISC.modeMask;
	return mode === MISC.guestKernel || mode === MISC.guestUser;
}
