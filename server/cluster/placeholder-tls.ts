import { generate } from "selfsigned";

/**
 * A certificate that nobody trusts, for the moments until the operator's is known: liveness is answered from the start,
 * and agents and API servers turn away and come again.
 */
export async function placeholderTls(): Promise<{ cert: string; key: string }> {
	const { cert, private: key } = await generate([{ name: "commonName", value: "furnace-starting" }], {
		keyType: "ec",
	});
	return { cert, key };
}
