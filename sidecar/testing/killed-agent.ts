import { startTestAgent, untilSamples } from "./test-agent.ts";

/** An agent in a process of its own, to be killed: `killed-agent.ts WORK_DIR PID` records until then. */
const [workDir, pid] = process.argv.slice(2);
const tested = await startTestAgent({ workDir, keepWorkDir: true });
const { recording } = await tested.record(Number(pid));
await untilSamples(tested, recording.id, 20);
console.log(JSON.stringify({ id: recording.id, tools: tested.agent.toolPids() }));
