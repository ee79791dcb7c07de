import { join } from "node:path";
import type { Pki } from "./certificates.ts";
import { ADDRESSES, type ClusterConfig, PORTS } from "./config.ts";

const LOOPBACK = "127.0.0.1";
const ETCD_URL = `http://${LOOPBACK}:${PORTS.etcd}`;
const ISSUER = "https://kubernetes.default.svc";

/** The command of each part of the control plane, given where its program and its files are. */
export interface Places {
	config: ClusterConfig;
	programs: string;
	pki: Pki;
}

export function etcdCommand({ config, programs }: Places): string[] {
	return [
		join(programs, "etcd"),
		`--data-dir=${join(config.stateDir, "etcd")}`,
		`--listen-client-urls=${ETCD_URL}`,
		`--advertise-client-urls=${ETCD_URL}`,
		`--listen-peer-urls=http://${LOOPBACK}:${PORTS.etcdPeers}`,
		// Its data are thrown away by `down`: nothing to keep through a power cut.
		"--unsafe-no-fsync",
	];
}

export function apiServerCommand({ config, programs, pki }: Places): string[] {
	return [
		join(programs, "kube-apiserver"),
		`--etcd-servers=${ETCD_URL}`,
		`--bind-address=${ADDRESSES.node}`,
		`--advertise-address=${ADDRESSES.node}`,
		`--secure-port=${PORTS.apiServer}`,
		`--tls-cert-file=${pki.server.cert}`,
		`--tls-private-key-file=${pki.server.key}`,
		`--client-ca-file=${pki.ca}`,
		`--token-auth-file=${join(config.stateDir, "tokens.csv")}`,
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		`--service-account-issuer=${ISSUER}`,
		`--service-account-signing-key-file=${pki.serviceAccounts.privateKey}`,
		`--service-account-key-file=${pki.serviceAccounts.publicKey}`,
		`--service-cluster-ip-range=${ADDRESSES.services}`,
		`--kubelet-client-certificate=${pki.kubeletClient.cert}`,
		`--kubelet-client-key=${pki.kubeletClient.key}`,
		"--kubelet-preferred-address-types=InternalIP",
		"--allow-privileged=true",
	];
}

export function controllerManagerCommand({ config, programs, pki }: Places): string[] {
	return [
		join(programs, "kube-controller-manager"),
		...caller(config, "controller-manager"),
		`--bind-address=${LOOPBACK}`,
		`--root-ca-file=${pki.ca}`,
		`--service-account-private-key-file=${pki.serviceAccounts.privateKey}`,
		// Each controller as a ServiceAccount of its own, with Kubernetes' own rights for it: garbage collection too.
		"--use-service-account-credentials",
		"--leader-elect=false",
	];
}

export function schedulerCommand({ config, programs }: Places): string[] {
	return [
		join(programs, "kube-scheduler"),
		...caller(config, "scheduler"),
		`--bind-address=${LOOPBACK}`,
		"--leader-elect=false",
	];
}

function caller(config: ClusterConfig, name: string): string[] {
	const path = join(config.stateDir, `${name}.kubeconfig`);
	return ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map(
		(flag) => `--${flag}=${path}`,
	);
}
