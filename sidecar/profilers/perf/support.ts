import { readdir, readFile } from "node:fs/promises";
import { causeOf } from "../../../contract/recording.ts";
import type { ProfilerSupport, Runtime } from "../../../contract/target.ts";
import { settingsOf } from "../../targets/runtime.ts";
import type { FoundTarget } from "../../targets/source.ts";
import { hasJitMap } from "./jit-map.ts";

interface NameHint {
	/** is it set already? */
	readonly set: (settings: string) => boolean;
	readonly hint: string;
	readonly fix: string;
}

/** What a runtime must be told so that perf can name what it compiles at run time. */
const HINTS: Partial<Record<Runtime, NameHint>> = {
	node: {
		set: (settings) => /--perf-basic-prof|--perf-prof/.test(settings),
		hint: "JavaScript functions show without a name: this Node.js writes no map of its compiled code.",
		fix: "Start it with NODE_OPTIONS=--perf-basic-prof, or node --perf-basic-prof.",
	},
	java: {
		set: (settings) => /PreserveFramePointer/.test(settings),
		hint: "Java methods show without a name and callers are missing.",
		fix: "Start it with JAVA_TOOL_OPTIONS=-XX:+PreserveFramePointer; while it runs, call jcmd PID Compiler.perfmap.",
	},
	python: {
		set: (settings) => /PYTHONPERFSUPPORT=1|-X\0?perf/.test(settings),
		hint: "Python functions show as the interpreter's own C functions.",
		fix: "Start it with PYTHONPERFSUPPORT=1 (Python 3.12 or newer).",
	},
	dotnet: {
		set: (settings) => /DOTNET_PerfMapEnabled=[1-3]/.test(settings),
		hint: ".NET methods show without a name.",
		fix: "Start it with DOTNET_PerfMapEnabled=1.",
	},
};

/** What to do so that perf can name a target's own functions; undefined: nothing. */
export async function nameHint(
	runtime: Runtime,
	pid: number,
): Promise<{ hint: string; fix: string } | undefined> {
	const known = HINTS[runtime];
	if (known === undefined) return undefined;
	// A process may have hidden its arguments behind a title of its own; what it writes tells for sure.
	if (await hasJitMap(pid)) return undefined;
	const settings = await settingsOf(pid);
	if (settings.arguments.join("") === "") return undefined;
	const isSet = known.set([...settings.arguments, ...settings.environment].join("\0"));
	return isSet ? undefined : { hint: known.hint, fix: known.fix };
}

/** Does perf work on this target? */
export async function perfSupport(target: FoundTarget, installed: boolean): Promise<ProfilerSupport> {
	if (!installed) return unavailable("tool-missing");
	if (!(await isPermitted(target))) return unavailable("not-permitted");
	return { profiler: "perf", available: true, ...(await nameHint(target.runtime, target.processes[0].pid)) };
}

function unavailable(code: "tool-missing" | "not-permitted"): ProfilerSupport {
	const { message, nextStep } = causeOf(code);
	return { profiler: "perf", available: false, reason: message, ...(nextStep ? { fix: nextStep } : {}) };
}

/** Bits of CapEff: any of them lets a process count events of others'. */
const PERFMON = 1n << 38n;
const SYS_ADMIN = 1n << 21n;

/** Root and CAP_PERFMON may look at everything, others at their own processes up to perf_event_paranoid 2. */
async function isPermitted({ processes }: FoundTarget): Promise<boolean> {
	const [own, theirs, paranoid] = await Promise.all([
		readFile("/proc/self/status", "utf8"),
		readFile(`/proc/${processes[0].pid}/status`, "utf8").catch(() => ""),
		readFile("/proc/sys/kernel/perf_event_paranoid", "utf8").catch(() => "2"),
	]);
	const capabilities = BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(own)?.[1] ?? "0"}`);
	if ((capabilities & (PERFMON | SYS_ADMIN)) !== 0n) return true;
	const userOf = (status: string) => /^Uid:\s*(\d+)/m.exec(status)?.[1];
	return userOf(own) === userOf(theirs) && Number(paranoid) <= 2;
}

/** Events that need hardware counters; without them perf silently counts cpu-clock instead. */
const HARDWARE_EVENTS: ReadonlySet<string> = new Set(["cycles"]);
/** Names under which processors offer their counters. */
const PROCESSOR_COUNTERS = /^(cpu|cpu_core|cpu_atom|armv\d.*|apple_.*_pmu)$/;

/** Can this machine count the event? True where that cannot be known. */
export async function canCount(event: string): Promise<boolean> {
	if (!HARDWARE_EVENTS.has(event)) return true;
	const sources = await readdir("/sys/bus/event_source/devices").catch(() => undefined);
	return sources === undefined || sources.some((name) => PROCESSOR_COUNTERS.test(name));
}
