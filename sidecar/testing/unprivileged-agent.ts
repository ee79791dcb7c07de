import { podOf, startTestAgent } from "./test-agent.ts";

/** An agent in a process of its own and without rights: `unprivileged-agent.ts WORK_DIR PID` tells how a recording ended. */
const [workDir, pid] = process.argv.slice(2);
const tested = await startTestAgent({ workDir, keepWorkDir: true });
const targets = await tested.agent.app.inject({ url: `/pods/${await podOf(Number(pid))}/targets` });
const { recording } = await tested.record(Number(pid));
const ended = await tested.agent.recordings.ended(recording.id);
console.log(JSON.stringify({ recording: ended, support: targets.json().items[0].profilers[0] }));
await tested.close();
