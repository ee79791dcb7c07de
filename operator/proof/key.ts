import { createHash } from "node:crypto";
import type { PrivilegeMode } from "../../contract/agent-environment.ts";
import type { SidecarResources } from "../../contract/installation.ts";

/** What is tried together: a proof holds for exactly this. */
export interface Trial {
	readonly image: string;
	readonly imagePullPolicy?: string;
	readonly privilege: PrivilegeMode;
	readonly resources: SidecarResources;
}

/** @returns short and the same for the same trial */
export function trialKey({ image, imagePullPolicy, privilege, resources }: Trial): string {
	const { requests, limits } = resources;
	const parts = [image, imagePullPolicy, privilege, requests.cpu, requests.memory, limits.cpu, limits.memory];
	return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}
