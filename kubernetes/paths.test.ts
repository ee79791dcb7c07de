import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { KINDS } from "./kinds.ts";
import { pathOf, queryOf } from "./paths.ts";

describe("paths of the API", () => {
	test("objects and collections, with and without group and namespace", () => {
		assert.equal(
			pathOf(KINDS.pod, { name: "web-1", namespace: "shop" }),
			"/api/v1/namespaces/shop/pods/web-1",
		);
		assert.equal(pathOf(KINDS.pod, {}), "/api/v1/pods");
		assert.equal(
			pathOf(KINDS.deployment, { namespace: "shop" }),
			"/apis/apps/v1/namespaces/shop/deployments",
		);
		assert.equal(pathOf(KINDS.namespace, { name: "shop" }), "/api/v1/namespaces/shop");
		assert.equal(
			pathOf(KINDS.deployment, { name: "web", namespace: "shop", subresource: "status" }),
			"/apis/apps/v1/namespaces/shop/deployments/web/status",
		);
	});

	test("a name never reaches beyond its place", () => {
		assert.equal(
			pathOf(KINDS.clusterRole, { name: "a/../b?c#d" }),
			"/apis/rbac.authorization.k8s.io/v1/clusterroles/a%2F..%2Fb%3Fc%23d",
		);
		for (const name of ["", ".", ".."]) {
			assert.throws(() => pathOf(KINDS.pod, { name, namespace: "shop" }), /is no name/);
			assert.throws(() => pathOf(KINDS.pod, { name: "web", namespace: name }), /is no name/);
		}
	});

	test("a namespace is given exactly where there is one", () => {
		assert.throws(() => pathOf(KINDS.pod, { name: "web" }), /none was given/);
		assert.throws(() => pathOf(KINDS.node, { name: "a", namespace: "shop" }), /have no namespace/);
	});

	test("queries leave out what is not asked, and escape", () => {
		assert.equal(queryOf({}), "");
		assert.equal(queryOf({ labelSelector: undefined }), "");
		assert.equal(
			queryOf({ labelSelector: "a in (b,c)", limit: 5, watch: true }),
			"?labelSelector=a+in+%28b%2Cc%29&limit=5&watch=true",
		);
	});
});
