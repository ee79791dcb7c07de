import type { ImageProof } from "../../contract/furnace-resource.ts";
import { KubernetesError } from "../../kubernetes/cluster.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { Installed } from "../objects/desired.ts";
import { sidecarResources } from "../objects/installation.ts";
import type { Pod } from "../pod.ts";
import { advanceProof, type ProofStep, refusedProof } from "../proof/advance.ts";
import type { Trial } from "../proof/key.ts";
import { isProof, proofPod } from "../proof/pod.ts";
import { architecturesOf } from "./nodes.ts";
import type { Surroundings } from "./surroundings.ts";

/** What is known of the agent's image, and what to do to know more. Changes nothing. */
export function planProof(
	surroundings: Surroundings,
	{ furnace }: Installed,
	{ pods, known }: { pods: readonly Pod[]; known: ImageProof | undefined },
): ProofStep & { readonly trial: Trial } {
	const { config, nodes, now } = surroundings;
	const { imagePullPolicy } = config;
	const trial: Trial = {
		image: config.sidecarImage,
		...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
		privilege: furnace.spec.sidecar.privilege,
		resources: sidecarResources(furnace),
	};
	const architectures = architecturesOf(nodes());
	const step = advanceProof({ trial, architectures, pods: pods.filter(isProof), known, now: now() });
	return { ...step, trial };
}

/** Does what was planned. @returns what is known afterwards: a pod may be refused */
export async function carryOutProof(
	{ connection, log, now }: Surroundings,
	installed: Installed,
	plan: ProofStep & { readonly trial: Trial },
): Promise<ProofStep> {
	for (const { metadata } of plan.remove) {
		const { name, namespace, uid } = metadata;
		await connection.delete(KINDS.pod, name, namespace, uid === undefined ? undefined : { uid });
	}
	for (const architecture of plan.create) {
		try {
			const pod = proofPod(installed, plan.trial, architecture);
			log.info({ image: plan.trial.image, architecture }, "trying the agent's image");
			await connection.create(KINDS.pod, pod);
		} catch (error) {
			const { status, message } = error instanceof KubernetesError ? error : { status: 0, message: "" };
			// it is there already, the store just has not got it
			if (status === 409) continue;
			// policies, quotas and what the API server finds invalid; all else may work the next time
			if (status !== 403 && status !== 422) throw error;
			return { ...plan, proof: refusedProof(plan.trial, plan.proof, message, now()), create: [] };
		}
	}
	return plan;
}
