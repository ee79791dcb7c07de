import { generate } from "selfsigned";

/** @returns a new self-signed certificate (PEM) for this machine's loopback names: enough to try POST /mutate with curl -k */
export async function loopbackCertificate(): Promise<{ cert: string; key: string }> {
	const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], {
		keyType: "ec",
		extensions: [
			{
				name: "subjectAltName",
				altNames: [
					{ type: 2, value: "localhost" },
					{ type: 7, ip: "127.0.0.1" },
				],
			},
		],
	});
	return { cert, key };
}
