import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { remoteEnds, trackedConnections } from "./connections.ts";
import { sumOf } from "./counts.ts";

describe("what the kernel and the API server count", () => {
	test("connection tracking: who asked for which address", () => {
		const table = `ipv4     2 tcp      6 431992 ESTABLISHED src=10.244.1.7 dst=10.244.1.9 sport=33508 dport=8444 src=10.244.1.9 dst=10.244.1.7 sport=8444 dport=33508 [ASSURED] mark=0 zone=0 use=2
ipv4     2 udp      17 7 src=10.244.1.7 dst=10.96.0.10 sport=50198 dport=53 src=10.244.0.1 dst=10.244.1.7 sport=53 dport=50198 mark=0 zone=0 use=2
ipv4     2 tcp      6 110 SYN_SENT src=10.244.1.8 dst=169.254.169.254 sport=40000 dport=80 [UNREPLIED] src=169.254.169.254 dst=10.244.1.8 sport=80 dport=40000 mark=0 zone=0 use=2
`;
		assert.deepEqual(trackedConnections(table), [
			{ from: "10.244.1.7", to: "10.244.1.9:8444" },
			{ from: "10.244.1.8", to: "169.254.169.254:80" },
		]);
	});

	test("sockets of a process: the other ends, also of IPv4 in IPv6's clothes", () => {
		const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0701F40A:1F90 0901F40A:20FC 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 10 0
   1: 0000000000000000FFFF00000701F40A:A000 0000000000000000FFFF00000901F40A:20FC 06 00000000:00000000 00:00000000 00000000     0        0 1 1 0 10 0
`;
		assert.deepEqual(remoteEnds(table), ["10.244.1.9:8444", "10.244.1.9:8444"]);
	});

	test("metrics: the sum of one metric of our webhook alone", () => {
		const metrics = `# HELP some_count of something
some_count{name="inject.furnace.hyperfoil.io",type="admit"} 3
some_count{name="inject.furnace.hyperfoil.io",type="validating"} 2
some_count{name="another.example",type="admit"} 7
some_count_total{name="inject.furnace.hyperfoil.io"} 9
`;
		assert.equal(sumOf(metrics, "some_count"), 5);
		assert.equal(sumOf(metrics, "absent_count"), 0);
	});
});
