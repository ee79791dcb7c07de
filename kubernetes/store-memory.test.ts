import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Change } from "./change.ts";
import type { KubernetesObject } from "./objects.ts";
import { StoreMemory } from "./store-memory.ts";

interface Numbered extends KubernetesObject {
	readonly value: number;
}

function numbered(name: string, uid: string, version: number, namespace?: string): Numbered {
	const metadata = { name, uid, resourceVersion: String(version), ...(namespace ? { namespace } : {}) };
	return { apiVersion: "v1", kind: "Numbered", metadata, value: version };
}

function remember() {
	const changes: Change<number>[] = [];
	const refused: string[] = [];
	const memory = new StoreMemory<Numbered, number>(
		({ value }) => {
			if (value < 0) throw new Error("negative");
			return value;
		},
		(change) => changes.push(change),
		(_error, { name }) => refused.push(name),
	);
	const told = () => changes.splice(0).map(({ type, name, object, before }) => [type, name, object, before]);
	return { memory, told, refused };
}

describe("what a store holds", () => {
	test("only projections, found by name, namespace and UID", () => {
		const { memory, told } = remember();
		memory.put(numbered("a", "1", 10, "x"));
		memory.put(numbered("a", "2", 20, "y"));
		memory.put(numbered("a", "3", 30));
		assert.deepEqual([memory.get("a", "x"), memory.get("a", "y"), memory.get("a")], [10, 20, 30]);
		assert.deepEqual([memory.byUid("2"), memory.byUid("9")], [20, undefined]);
		assert.deepEqual([memory.list("x"), memory.list("z"), memory.list()], [[10], [], [10, 20, 30]]);
		assert.equal(told().length, 3);
	});

	test("tells changes with what was before, and nothing when nothing changed", () => {
		const { memory, told } = remember();
		memory.put(numbered("a", "1", 10, "x"));
		memory.put(numbered("a", "1", 10, "x"));
		memory.put(numbered("a", "1", 11, "x"));
		memory.remove(numbered("a", "1", 12, "x").metadata);
		memory.remove(numbered("a", "1", 12, "x").metadata);
		assert.deepEqual(told(), [
			["added", "a", 10, undefined],
			["changed", "a", 11, 10],
			["removed", "a", 11, undefined],
		]);
		assert.deepEqual([memory.list(), memory.byUid("1")], [[], undefined]);
	});

	test("another object of the same name is another object", () => {
		const { memory, told } = remember();
		memory.put(numbered("a", "1", 10, "x"));
		memory.put(numbered("a", "2", 20, "x"));
		memory.remove(numbered("a", "1", 21, "x").metadata);
		assert.deepEqual(told(), [
			["added", "a", 10, undefined],
			["removed", "a", 10, undefined],
			["added", "a", 20, undefined],
		]);
		assert.deepEqual([memory.get("a", "x"), memory.byUid("1"), memory.byUid("2")], [20, undefined, 20]);
	});

	test("a list that was not finished changes nothing", () => {
		const { memory, told } = remember();
		memory.put(numbered("a", "1", 10));
		memory.startList().add([numbered("b", "2", 20)]);
		assert.deepEqual(memory.list(), [10]);
		assert.equal(told().length, 1);
	});

	test("what cannot be understood is left out, also where it was known", () => {
		const { memory, told, refused } = remember();
		memory.put(numbered("a", "1", 10));
		memory.put(numbered("a", "1", -1));
		assert.deepEqual([memory.get("a"), refused], [undefined, ["a"]]);
		assert.deepEqual(told().at(-1), ["removed", "a", 10, undefined]);
		const list = memory.startList();
		list.add([numbered("a", "1", -1), numbered("b", "2", 20)]);
		list.finish();
		assert.deepEqual(memory.list(), [20]);
	});

	test("after any list it is what was listed, and the changes told lead there", () => {
		const objects = fc.uniqueArray(
			fc.record({ name: fc.constantFrom("a", "b", "c"), uid: fc.nat(5), version: fc.nat(9) }),
			{ selector: ({ name }) => name },
		);
		fc.assert(
			fc.property(objects, objects, (first, second) => {
				const told = new Map<string, number>();
				const memory = new StoreMemory<Numbered, number>(
					({ value }) => value,
					({ type, name, object }) => {
						assert.equal(told.has(name), type !== "added");
						if (type === "removed") told.delete(name);
						else told.set(name, object);
					},
					assert.fail,
				);
				for (const wanted of [first, second]) {
					const list = memory.startList();
					// a name's UID is its own, as in a cluster
					list.add(
						wanted.map(({ name, uid, version }) => numbered(name, `${name}${uid}`, version + uid * 10)),
					);
					list.finish();
					const expected = new Map(wanted.map(({ name, uid, version }) => [name, version + uid * 10]));
					assert.deepEqual(new Map([...told].sort()), new Map([...expected].sort()));
					assert.deepEqual(memory.list().sort(), [...expected.values()].sort());
				}
			}),
		);
	});
});
