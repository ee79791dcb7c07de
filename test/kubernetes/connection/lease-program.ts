/**
 * A program that wants a lease and, as long as it leads, writes its name into a ConfigMap, over and over.
 * `node lease-program.ts NAMESPACE NAME`, credentials as everywhere; prints `leads` and `ends`, a line each.
 */
import { connectCluster } from "../../../kubernetes/connect.ts";
import { KINDS } from "../../../kubernetes/kinds.ts";
import { holdLease } from "../../../kubernetes/lease.ts";

const [namespace = "", name = ""] = process.argv.slice(2);
const complain = (details: { err?: Error }, message?: string) =>
	process.stderr.write(`${name}: ${message} ${details.err?.message ?? ""}\n`);
const log = { debug() {}, info() {}, warn: complain, error: complain } as never;
const timing = { seconds: 4, giveUpMs: 2_500, renewEveryMs: 400, tryEveryMs: 200, callMs: 1_000 };

const lease = holdLease(
	connectCluster(),
	{ namespace, name: "frozen", identity: name, log, timing },
	async (signal, fenced) => {
		process.stdout.write("leads\n");
		const object = (count: number) => ({
			metadata: { name: "written", namespace },
			data: { by: name, count: String(count) },
		});
		// Ends by the signal only as long as it is still the leader: otherwise it tries to write, and the fence must hold.
		for (let count = 0; !(signal.aborted && lease.isLeading()); count++) {
			try {
				await fenced.apply(KINDS.configMap, object(count), { fieldManager: "lease-program" });
			} catch (error) {
				if (!lease.isLeading()) break;
				complain({ err: error as Error }, "not written");
			}
		}
		process.stdout.write("ends\n");
	},
);

process.once("SIGTERM", () => {
	lease.close().then(() => process.exit(0), process.abort);
});
