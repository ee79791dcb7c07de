import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { isRunning, type ProcessId } from "../../embedded/process-id.ts";
import { type Api, createApi } from "./api.ts";
import { makePki, type Pki } from "./certificates.ts";
import { run } from "./commands.ts";
import { ADDRESSES, CGROUP, type ClusterConfig, PORTS } from "./config.ts";
import * as controlPlane from "./control-plane.ts";
import { isNodeReady } from "./health.ts";
import { type Identity, kubeconfig, makeIdentities, tokenFile } from "./identities.ts";
import { loadPauseImage } from "./images.ts";
import { acceptScript } from "./iptables.ts";
import { pluginFolder } from "./machine.ts";
import { writeMachineNote, writeSetting } from "./machine-note.ts";
import * as network from "./network.ts";
import * as node from "./node.ts";
import { ClusterError } from "./outcomes.ts";
import { startProcess } from "./ownership.ts";
import { cgroupHierarchies } from "./traces.ts";
import { until } from "./waiting.ts";

const READY_MS = 90_000;

/** Starts a cluster on a machine that has no trace of one, and waits until pods can run on it. */
export async function start(config: ClusterConfig, programs: string): Promise<void> {
	const { stateDir } = config;
	for (const folder of ["log", "cni", "static-pods"]) mkdirSync(join(stateDir, folder), { recursive: true });
	await writeMachineNote(config);
	const pki = await makePki(join(stateDir, "pki"));
	const identities = makeIdentities();
	writeFiles(config, pki, identities);
	await prepareMachine();
	const admin = identities.find(({ name }) => name === "admin") as Identity;
	await startAll(config, { config, programs, pki }, createApi(admin.token, readFileSync(pki.ca, "utf8")));
}

/** Each program as soon as what it cannot wait for by itself is there: a kubelet that finds no API server tries again much later. */
async function startAll(config: ClusterConfig, places: controlPlane.Places, api: Api): Promise<void> {
	const { programs } = places;
	const started = new Map<string, ProcessId>();
	const begin = (name: string, command: string[]): ProcessId => {
		const id = startProcess(name, command, join(config.stateDir, "log"), config.stateDir);
		started.set(name, id);
		return id;
	};
	const ready = (what: string, holds: () => boolean | Promise<boolean>) =>
		until(what, READY_MS, () => {
			requireAlive(started, config);
			return holds();
		});

	const containerd = begin("containerd", node.containerdCommand(config, totalmem()));
	begin("etcd", controlPlane.etcdCommand(places));
	await ready("etcd answers", () => answers(`http://127.0.0.1:${PORTS.etcd}/health`));
	begin("kube-apiserver", controlPlane.apiServerCommand(places));
	const paused = ready("containerd answers", () => containerdAnswers(config)).then(() =>
		loadPauseImage(config, programs),
	);
	await Promise.all([
		paused,
		ready("the API server is ready", async () => (await api.get("/readyz")) === "ok"),
	]);
	begin("kube-controller-manager", controlPlane.controllerManagerCommand(places));
	begin("kubelet", node.kubeletCommand(config, programs, containerd.pid));
	await ready("kube-system is there", async () => (await api.get("/api/v1/namespaces/kube-system")) !== "");
	for (const object of network.networkObjects()) await api.apply(object);
	begin("kube-scheduler", controlPlane.schedulerCommand(places));
	begin("kube-proxy", network.proxyCommand(config, programs));
	begin("coredns", network.dnsCommand(config, programs));
	await Promise.all([
		ready("the node is ready", () => isNodeReady(api)),
		ready("kube-proxy is ready", () => answers(`http://127.0.0.1:${PORTS.proxyHealth}/healthz`)),
		ready("CoreDNS is ready", () => answers(`http://127.0.0.1:${PORTS.dnsReady}/ready`)),
	]);
}

function writeFiles(config: ClusterConfig, pki: Pki, identities: Identity[]): void {
	const write = (name: string, content: string | object): void =>
		writeFileSync(
			join(config.stateDir, name),
			typeof content === "string" ? content : JSON.stringify(content),
			{
				mode: 0o600,
			},
		);
	const ca = readFileSync(pki.ca, "utf8");
	for (const identity of identities) write(`${identity.name}.kubeconfig`, kubeconfig(identity, ca));
	write("tokens.csv", tokenFile(identities));
	write("containerd.toml", node.containerdConfig(config, pluginFolder()));
	write("kubelet.json", node.kubeletConfig(config, pki.ca));
	write("resolv.conf", "nameserver 127.0.0.1\n");
	write("cni/10-pods.conflist", network.cniConfig(config));
	write("proxy.json", network.proxyConfig(config));
	write("Corefile", network.corefile(config));
}

async function prepareMachine(): Promise<void> {
	writeSetting("net/ipv4/ip_forward", "1");
	await run("ip", ["address", "replace", `${ADDRESSES.node}/32`, "dev", "lo"]);
	await run("iptables-restore", ["--noflush", "--wait=10"], { input: acceptScript(ADDRESSES.pods) });
	for (const hierarchy of cgroupHierarchies()) {
		mkdirSync(join(hierarchy, CGROUP), { recursive: true });
		enableControllers(hierarchy);
	}
}

/** With version 2 a group has the controllers that the one above it hands on; version 1 has no such file. */
function enableControllers(hierarchy: string): void {
	const list = join(hierarchy, "cgroup.controllers");
	if (!existsSync(list)) return;
	for (const controller of readFileSync(list, "utf8").split(/\s+/).filter(Boolean)) {
		try {
			writeFileSync(join(hierarchy, "cgroup.subtree_control"), `+${controller}`);
		} catch {
			// Not this one, on this machine: the kubelet says so where it cannot do without it.
		}
	}
}

/** @throws ClusterError with the end of its log when one has ended */
function requireAlive(started: Map<string, ProcessId>, { stateDir }: ClusterConfig): void {
	for (const [name, id] of started) {
		if (isRunning(id)) continue;
		const path = join(stateDir, "log", `${name}.log`);
		const lines = readFileSync(path, "utf8").trimEnd().split("\n").slice(-15);
		throw new ClusterError(`${name} ended; the end of ${path}:\n${lines.join("\n")}`);
	}
}

async function answers(url: string): Promise<boolean> {
	const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
	await response.arrayBuffer();
	return response.ok;
}

async function containerdAnswers({ containerdSocket }: ClusterConfig): Promise<boolean> {
	await run("ctr", ["--address", containerdSocket, "version"], { timeoutMs: 5000 }).catch((cause) => {
		throw new Error("containerd does not answer yet", { cause });
	});
	return true;
}
