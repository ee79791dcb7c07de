import { execFileSync } from "node:child_process";
import { WITHOUT_SYMBOLS } from "./program-maps.ts";
import type { Sample } from "./samples.ts";

const SAMPLE = /^(?:\d+ )?(\d+) 0x[0-9a-f]+ \[0x[0-9a-f]+\]: PERF_RECORD_SAMPLE\(.*?\): -?\d+\/(-?\d+):/;
const ADDRESS = /^\.{5}\s+\d+: ([0-9a-f]{16})$/;

/** The call chains of a recording as they were recorded, markers and garbage included; read when first asked for. */
export class RawChains {
	readonly #file: string;
	#chains: Map<string, bigint[]> | undefined;
	#firstTime = 0;

	/** @param file perf.data, file or pipe form */
	constructor(file: string) {
		this.#file = file;
	}

	/** From the leaf on. */
	of({ time, tid }: Sample): readonly bigint[] {
		this.#chains ??= this.#read();
		return this.#chains.get(`${time + this.#firstTime} ${tid}`) ?? [];
	}

	#read(): Map<string, bigint[]> {
		const chains = new Map<string, bigint[]>();
		const dump = ["script", "-f", "-i", this.#file, ...WITHOUT_SYMBOLS, "-D", "-F", "time"];
		const text = execFileSync("perf", dump, {
			encoding: "latin1",
			maxBuffer: 2 ** 30,
			stdio: ["ignore", "pipe", "ignore"],
		});
		let chain: bigint[] = [];
		for (const line of text.split("\n")) {
			const sample = SAMPLE.exec(line);
			if (sample !== null) {
				chain = [];
				const time = Number(sample[1]);
				if (chains.size === 0 || time < this.#firstTime) this.#firstTime = time;
				chains.set(`${time} ${sample[2]}`, chain);
			}
			const address = ADDRESS.exec(line);
			if (address !== null) chain.push(BigInt(`0x${address[1]}`));
		}
		return chains;
	}
}
