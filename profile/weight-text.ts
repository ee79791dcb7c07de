/** A weight as digits, whole and without an exponent, however large. */
export function weightText(weight: number): string {
	return Number.isSafeInteger(weight) ? String(weight) : BigInt(Math.round(weight)).toString();
}

/** A share as `12.34`, without the sign; of nothing it is `0.00`. */
export function percentText(part: number, whole: number): string {
	return (whole === 0 ? 0 : (part / whole) * 100).toFixed(2);
}
