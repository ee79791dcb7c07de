import { ProtobufReader } from "./protobuf.ts";

/** Texts of a file, decoded when they are asked for. */
export class PprofStrings {
	/** longest text decoded, in bytes */
	static readonly MAX_BYTES = 1024 * 1024;
	readonly #bytes: (Uint8Array | string)[] = [];
	readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

	get length(): number {
		return this.#bytes.length;
	}

	push(bytes: Uint8Array): void {
		this.#bytes.push(bytes);
	}

	/**
	 * @param reader whose place an error names
	 * @throws ProfileFormatError where there is no such string
	 */
	text(index: number, reader: ProtobufReader = new ProtobufReader("pprof", new Uint8Array())): string {
		const entry = this.#bytes[index];
		if (entry === undefined) return reader.fail(`string ${index} of ${this.length}`);
		if (typeof entry === "string") return entry;
		const text = this.#decoder.decode(entry.subarray(0, PprofStrings.MAX_BYTES));
		this.#bytes[index] = text;
		return text;
	}
}
