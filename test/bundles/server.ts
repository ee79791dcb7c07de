/** A program around the test server of `server/testing`, to be bundled: prints its origin and serves until it is killed. */
import type { TestContext } from "node:test";
import { startServer } from "../../server/testing/start-server.ts";

const untilKilled = { after: () => {} } as Partial<TestContext> as TestContext;
const webRoot = process.argv[2];
const { origin } = await startServer(untilKilled, webRoot === undefined ? {} : { webRoot });
console.log(origin);
