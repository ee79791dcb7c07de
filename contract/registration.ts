import { type Static, Type } from "typebox";

/**
 * An agent announces itself, and again as its heartbeat. Who it is comes from its token, never from this body.
 * `serves: pod` speaks for its own pod; `node` for every pod of its machine, each below `/pods/{pod}`.
 */
export const Registration = Type.Object(
	{
		protocol: Type.Integer({ minimum: 1 }),
		version: Type.String({ maxLength: 64 }),
		instance: Type.String({ maxLength: 64, description: "new at each start of the agent" }),
		serves: Type.Enum(["pod", "node"], { type: "string" }),
		certificate: Type.Optional(Type.String({ maxLength: 16_384, description: "PEM; the server pins it" })),
	},
	{ $id: "Registration", additionalProperties: false },
);
export type Registration = Static<typeof Registration>;

export const RegistrationAnswer = Type.Object(
	{
		heartbeatSeconds: Type.Number({ description: "until the next heartbeat; forgotten after three missed" }),
		ca: Type.Optional(Type.String({ description: "PEM bundle the agent must trust from now on" })),
	},
	{ $id: "RegistrationAnswer" },
);
export type RegistrationAnswer = Static<typeof RegistrationAnswer>;
