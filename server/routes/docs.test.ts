import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { agentRoutes } from "../../contract/agent-routes.ts";
import { PROXY_PREFIX, serverRoutes } from "../../contract/server-routes.ts";
import { startServer } from "../testing/start-server.ts";

interface Document {
	openapi: string;
	paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>;
	components: { schemas: Record<string, unknown> };
}

const braced = (path: string): string => path.replace(/:([a-zA-Z]+)/g, "{$1}");

describe("the documentation", () => {
	test("has every route of the contract, the agent's below the proxy route", async (t) => {
		const { send } = await startServer(t);
		const document = (await send("/openapi.json")).json as Document;
		const expected = [
			...Object.values(serverRoutes).map((route) => ({ ...route, path: route.path as string })),
			...Object.values(agentRoutes).map((route) => ({ ...route, path: `${PROXY_PREFIX}${route.path}` })),
		];
		for (const { method, path, summary, status } of expected) {
			const operation = document.paths[braced(path)]?.[method.toLowerCase()];
			assert.equal(operation?.summary, summary, `${method} ${path}`);
			assert.ok(operation?.responses[status], `${method} ${path} answers ${status}`);
		}
		const documented = Object.values(document.paths).flatMap((operations) => Object.keys(operations));
		// health, readiness and metrics stand beside the contract
		assert.equal(documented.length, expected.length + 3);
	});

	test("every reference in it leads somewhere", async (t) => {
		const { send } = await startServer(t);
		const document = (await send("/openapi.json")).json as Document;
		assert.match(document.openapi, /^3\.1/);
		const references = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g);
		const names = new Set([...references].map(([, reference]) => reference));
		assert.ok(names.size > 5);
		for (const reference of names) {
			const name = /^#\/components\/schemas\/(.+)$/.exec(reference ?? "")?.[1] ?? "";
			assert.ok(document.components.schemas[name], reference);
		}
	});

	test("its policy allows the one style element of the installed Swagger UI, and nothing else inline", async (t) => {
		const { send } = await startServer(t);
		const policy = String((await send("/docs")).headers["content-security-policy"]);
		assert.doesNotMatch(policy, /unsafe|https?:|\*/);
		const script = (await send("/docs/static/swagger-ui-standalone-preset.js")).body.toString();
		const styles = [...script.matchAll(/createElement\("style",null,"([^"]+)"\)/g)].map(
			([, style]) => style ?? "",
		);
		assert.equal(styles.length, 1);
		const hash = createHash("sha256")
			.update(styles[0] ?? "")
			.digest("base64");
		assert.ok(policy.includes(`'sha256-${hash}'`), `content-policy.ts should have sha256-${hash}`);
	});

	test("the page of it asks nothing of any other site, and runs nothing inline", async (t) => {
		const { send } = await startServer(t);
		const page = (await send("/docs")).body.toString();
		const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
		assert.ok(links.length > 3);
		for (const link of links) {
			assert.match(link, /^\/docs\/static\//);
			assert.equal((await send(link)).status, 200, link);
		}
		assert.doesNotMatch(page, /<script>|<script [^>]*>[^<\s]| on[a-z]+=|<style/);
		assert.equal((await send("/docs/json")).status, 200);
	});
});
