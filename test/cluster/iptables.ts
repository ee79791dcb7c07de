/** Tables of `iptables-save`, each with its chains and rules as they stand in its text. */
interface Table {
	name: string;
	chains: string[];
	rules: string[];
}

/** Chains that the kubelet, kube-proxy, the port mapping plugin and we make. */
const CLUSTER_CHAIN = /^(KUBE-|CNI-|FURNACE-TEST$)/;

/**
 * @param pods addresses of pods
 * @returns input for `iptables-restore --noflush` that lets pods' traffic pass also where the machine forwards nothing by
 * default, as one with Docker does; kube-proxy puts its own rules before these
 */
export function acceptScript(pods: string): string {
	const lines = [
		"*filter",
		":FURNACE-TEST - [0:0]",
		`-A FURNACE-TEST -s ${pods} -j ACCEPT`,
		`-A FURNACE-TEST -d ${pods} -j ACCEPT`,
		"-I INPUT -j FURNACE-TEST",
		"-I FORWARD -j FURNACE-TEST",
		"COMMIT",
	];
	return `${lines.join("\n")}\n`;
}

/** @returns the cluster's chains as `table chain`, but for those that were there before it (`foreign`) */
export function clusterChains(saved: string, foreign: readonly string[] = []): string[] {
	return parse(saved).flatMap(({ name, chains }) =>
		chains
			.filter((chain) => CLUSTER_CHAIN.test(chain))
			.map((chain) => `${name} ${chain}`)
			.filter((chain) => !foreign.includes(chain)),
	);
}

/**
 * @param saved text of `iptables-save`
 * @returns input for `iptables-restore --noflush` that removes the cluster's chains and all rules that jump to them, and
 * touches nothing else; empty when there is nothing to remove
 */
export function removalScript(saved: string, foreign: readonly string[] = []): string {
	const own = new Set(clusterChains(saved, foreign));
	return parse(saved)
		.map(({ name, chains, rules }) => {
			const doomed = chains.filter((chain) => own.has(`${name} ${chain}`));
			if (doomed.length === 0) return "";
			const jumps = rules.filter(
				(rule) => !doomed.includes(chainOf(rule)) && doomed.includes(targetOf(rule)),
			);
			const lines = [
				`*${name}`,
				// Naming a chain in the script empties it, so that chains that jump to each other can go in any order.
				...doomed.map((chain) => `:${chain} - [0:0]`),
				...jumps.map((rule) => rule.replace(/^-A/, "-D")),
				...doomed.map((chain) => `-X ${chain}`),
				"COMMIT",
			];
			return `${lines.join("\n")}\n`;
		})
		.join("");
}

function parse(saved: string): Table[] {
	const tables: Table[] = [];
	for (const line of saved.split("\n")) {
		if (line.startsWith("*")) tables.push({ name: line.slice(1), chains: [], rules: [] });
		const table = tables.at(-1);
		if (line.startsWith(":")) table?.chains.push(line.slice(1).split(" ")[0] as string);
		if (line.startsWith("-A")) table?.rules.push(line);
	}
	return tables;
}

const chainOf = (rule: string): string => rule.split(" ")[1] ?? "";
const QUOTED = /"(?:[^"\\]|\\.)*"/g;
/** A comment may hold anything, also what looks like a jump. */
const targetOf = (rule: string): string => / -[jg] (\S+)/.exec(rule.replace(QUOTED, ""))?.[1] ?? "";
