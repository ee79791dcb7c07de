import fc from "fast-check";

const quantity = fc.constantFrom("100m", "0.1", "1", "1000m", "64Mi", "67108864", "1Gi", "1e3", "", "x");
const amounts = fc.dictionary(fc.constantFrom("cpu", "memory", "ephemeral-storage"), quantity, {
	maxKeys: 3,
});
const resources = fc.record({ requests: amounts, limits: amounts }, { requiredKeys: [] });

const name = fc.oneof(fc.constantFrom("app", "proxy", "a/b~c", "furnace-like"), fc.string({ maxLength: 8 }));
const port = fc.record({ containerPort: fc.integer({ min: 1, max: 8443 }) });

const container = fc.record(
	{
		name,
		image: fc.string(),
		resources,
		ports: fc.array(port, { maxLength: 2 }),
		restartPolicy: fc.constantFrom("Always"),
		securityContext: fc.anything({ maxDepth: 1 }),
		future: fc.anything({ maxDepth: 2 }),
	},
	{ requiredKeys: ["name"] },
);

/** Keys as users and attackers choose them. */
const key = fc.oneof(
	fc.constantFrom(
		"app",
		"example.com/a",
		"a~b/c~1",
		"__proto__",
		"constructor",
		"furnace.hyperfoil.io/injected",
	),
	fc.string({ maxLength: 12 }),
);
const texts = fc.dictionary(key, fc.string({ maxLength: 12 }), { maxKeys: 4, noNullPrototype: true });

function orAbsent<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
	return fc.option(fc.option(values, { nil: null }), { nil: undefined });
}

const volume = fc.record({ name, emptyDir: fc.constant({}) });
const secret = fc.record(
	{ name: fc.constantFrom("registry-a", "registry.b", "", "Bad_Name") },
	{ requiredKeys: [] },
);

const draft = fc.record({
	metadata: fc.record({
		name: orAbsent(fc.string({ maxLength: 10 })),
		generateName: orAbsent(fc.string({ maxLength: 10 })),
		labels: orAbsent(texts),
		annotations: orAbsent(texts),
		finalizers: orAbsent(fc.array(fc.string(), { maxLength: 2 })),
	}),
	spec: fc.record({
		containers: fc.array(container, { maxLength: 3 }),
		initContainers: orAbsent(fc.array(container, { maxLength: 3 })),
		volumes: orAbsent(fc.array(volume, { maxLength: 3 })),
		imagePullSecrets: orAbsent(fc.array(secret, { maxLength: 3 })),
		shareProcessNamespace: fc.constantFrom(true, null, undefined),
		securityContext: orAbsent(fc.record({ runAsUser: fc.nat(), runAsNonRoot: fc.boolean() })),
		future: fc.jsonValue({ maxDepth: 3 }),
	}),
	asks: fc.constantFrom("labels", "annotations"),
});

export interface AnyPod {
	metadata: Record<string, unknown>;
	spec: Record<string, unknown>;
}

/** Pods that ask for a sidecar and that nothing keeps from having one, as they come out of a JSON text. */
export const arbitraryPod: fc.Arbitrary<AnyPod> = draft.map(({ metadata, spec, asks }) => {
	const asking = { ...metadata, [asks]: { ...metadata[asks], furnace: "enabled" } };
	return JSON.parse(JSON.stringify({ metadata: asking, spec })) as AnyPod;
});
