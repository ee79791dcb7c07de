import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DEFINITION_FOLDER, definitionFiles } from "./definition-files.ts";

/** `npm run generate`: writes deploy/crds anew. */
for (const [name, text] of Object.entries(definitionFiles())) {
	const path = fileURLToPath(new URL(name, DEFINITION_FOLDER));
	writeFileSync(path, text);
	console.log(path);
}
