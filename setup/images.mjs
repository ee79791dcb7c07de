/** `npm run images`: sets up whatever is missing, then bundles the programs and builds the images. */
import {
	ensurePackages,
	ensurePage,
	exclusively,
	explain,
	node,
	root,
	run,
	toolEnvironment,
} from "./steps.mjs";

/** setup/images/main.ts has said what went wrong. */
const EXPLAINED = 3;

try {
	await exclusively(async () => {
		await ensurePackages();
		await ensurePage();
		await run(node, [`${root}setup/images/main.ts`, ...process.argv.slice(2)], { env: toolEnvironment() });
	});
} catch (error) {
	if (error.code === EXPLAINED) process.exitCode = 1;
	else explain(error);
}
