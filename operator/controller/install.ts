import type { FurnaceStatus, ImageProof } from "../../contract/furnace-resource.ts";
import { OBJECTS } from "../../contract/names.ts";
import { KINDS } from "../../kubernetes/kinds.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Certificates } from "../certificates/advance.ts";
import { newestOf } from "../certificates/authority.ts";
import { readCertificate } from "../certificates/read.ts";
import { FURNACE_DEFINITION_NAME } from "../crd/furnace-definition.ts";
import type { Furnace } from "../furnace.ts";
import { rolesAndBindings, serviceAccounts } from "../objects/access.ts";
import type { Installed } from "../objects/desired.ts";
import { installation } from "../objects/installation.ts";
import { networkPolicy, services } from "../objects/network.ts";
import { authoritySecret, tlsSecret } from "../objects/secrets.ts";
import { archiveClaim, deployment, disruptionBudget } from "../objects/server.ts";
import { webhookConfiguration } from "../objects/webhook.ts";
import type { Pod } from "../pod.ts";
import { certify } from "./certify.ts";
import { secondsOnly } from "./conditions.ts";
import { availableServers, findingsOf } from "./findings.ts";
import { lowestVersion, type Version } from "./nodes.ts";
import { claimPlace, placesOf } from "./places.ts";
import { carryOutProof, planProof } from "./prove.ts";
import type { Surroundings } from "./surroundings.ts";
import { startWork, type Work } from "./work.ts";

/** Time alone changes something: certificates grow old, announced roots may be used. */
const LOOK_AGAIN_MS = 600_000;
const ROTATING_AGAIN_MS = 5_000;
/** OpenShift notes there which users a namespace's pods may have. */
const USERS_ANNOTATION = "openshift.io/sa.scc.uid-range";

/**
 * Brings everything of a Furnace to what it is to be, from whatever is there. Objects do not wait for each other's
 * faults: what can be corrected is.
 * @returns ms after which to look again, when nothing changes before
 */
export async function install(
	surroundings: Surroundings,
	furnace: Furnace,
	pods: readonly Pod[],
): Promise<number> {
	const { connection, watches, statusWriter, nodes } = surroundings;
	const { namespace } = furnace.metadata;
	const installed: Installed = { furnace, definitionUid: await definitionUid(surroundings) };
	await watches.follow(placesOf(installed));
	const [apiServer, ownNamespace] = await Promise.all([
		connection.version(),
		connection.get(KINDS.namespace, namespace),
	]);
	const kubernetes = lowestVersion(apiServer, nodes());
	const known = statusWriter.current(furnace).agentImage;
	const plan = planProof(surroundings, installed, { pods, known });

	const work = startWork(surroundings);
	await work.all([...serviceAccounts(installed), ...rolesAndBindings(installed)]);
	const certificates = await work.attempt("certificates", () => certify(surroundings, furnace, pods));
	let webhookStands = false;
	if (certificates !== undefined)
		webhookStands = await distribute(surroundings, work, installed, certificates, {
			proof: plan.proof,
			trialImage: plan.trial.image,
			kubernetes,
		});
	await work.all([
		...services(installed),
		networkPolicy(installed),
		disruptionBudget(installed),
		...archiveClaim(installed),
	]);
	const live = await work.ensure(serversOf(surroundings, installed, ownNamespace));
	const proof = (await work.attempt("proof", () => carryOutProof(surroundings, installed, plan))) ?? plan;

	const findings = findingsOf({
		furnace,
		deployment: live,
		pods,
		webhookStands,
		proof,
		claim: claimOf(surroundings, furnace),
		kubernetes,
		failures: work.failures,
	});
	await statusWriter.write(furnace, findings, statusOf(furnace, proof.proof, certificates));
	if (work.errors.length > 0) throw new AggregateError(work.errors, work.failures.join("; "));
	const rotating = certificates?.rotation === "Introducing" ? ROTATING_AGAIN_MS : LOOK_AGAIN_MS;
	return Math.min(rotating, proof.againMs ?? LOOK_AGAIN_MS);
}

function serversOf({ config }: Surroundings, installed: Installed, namespace: KubernetesObject | null) {
	const { serverImage: image, imagePullPolicy } = config;
	return deployment(installed, {
		image,
		...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
		usersAssigned: namespace?.metadata.annotations?.[USERS_ANNOTATION] !== undefined,
	});
}

/**
 * Roots before leaves, bundles before chains: whoever is shown a leaf was told its root before.
 * @returns whether the webhook stands
 */
async function distribute(
	{ watches, config }: Surroundings,
	work: Work,
	installed: Installed,
	{ authority, tls }: Certificates,
	{
		proof,
		trialImage,
		kubernetes,
	}: { proof: ImageProof | undefined; trialImage: string; kubernetes: Version },
): Promise<boolean> {
	// what cannot be kept must not be used
	if ((await work.ensure(authoritySecret(installed, authority))) === undefined) return false;
	const isProven = proof?.proven === true;
	const { imagePullPolicy, version } = config;
	const told = await work.ensure(
		installation(installed, {
			image: (isProven ? proof.resolved : undefined) ?? trialImage,
			...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
			imageProven: isProven,
			version,
			caBundle: tls.bundle,
			kubernetes,
		}),
	);
	const { namespace } = installed.furnace.metadata;
	const servers = watches.get({ kind: KINDS.deployment, name: OBJECTS.server, namespace });
	const there = watches.get({ kind: KINDS.mutatingWebhookConfiguration, name: OBJECTS.webhook });
	// at first nobody could answer it: pods would wait for nothing
	const isWanted = there !== undefined || availableServers(servers) > 0;
	const stands = isWanted && (await work.ensure(webhookConfiguration(installed, tls.bundle))) !== undefined;
	if (told !== undefined && (stands || !isWanted)) await work.ensure(tlsSecret(installed, tls));
	return stands;
}

async function definitionUid({ connection }: Surroundings): Promise<string> {
	const definition = await connection.get(KINDS.customResourceDefinition, FURNACE_DEFINITION_NAME);
	if (definition?.metadata.uid === undefined) throw new Error(`${FURNACE_DEFINITION_NAME} is not installed`);
	return definition.metadata.uid;
}

function claimOf({ watches }: Surroundings, furnace: Furnace): KubernetesObject | undefined {
	const place = claimPlace(furnace);
	return place === undefined ? undefined : watches.get(place);
}

function statusOf(
	{ metadata }: Furnace,
	proof: ImageProof | undefined,
	certificates: Certificates | undefined,
): Omit<FurnaceStatus, "conditions"> {
	return {
		url: `https://${OBJECTS.server}.${metadata.namespace}.svc`,
		...(proof === undefined ? {} : { agentImage: proof }),
		...(certificates === undefined ? {} : { certificates: describe(certificates) }),
	};
}

function describe({ authority, tls, rotation }: Certificates) {
	const expiry = (cert: string) => secondsOnly(readCertificate(cert)?.validToDate ?? new Date(0));
	return { rootExpires: expiry(newestOf(authority).cert), leafExpires: expiry(tls.chain), rotation };
}
