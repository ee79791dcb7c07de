import { readFileSync } from "node:fs";
import { findCommand, run } from "./commands.ts";
import { CannotRunError, step } from "./outcomes.ts";

/** Bits of /proc/self/status CapEff that the cluster cannot do without. */
const CAPABILITIES = { NET_ADMIN: 12, SYS_CHROOT: 18, SYS_PTRACE: 19, SYS_ADMIN: 21 };

/** Debian's package for each command that the cluster runs. */
const PACKAGES: Record<string, string> = {
	containerd: "containerd",
	ctr: "containerd",
	runc: "runc",
	podman: "podman",
	iptables: "iptables",
	"iptables-save": "iptables",
	"iptables-restore": "iptables",
	ip: "iproute2",
	unshare: "util-linux",
	nsenter: "util-linux",
	mount: "mount",
	ptp: "containernetworking-plugins",
	tar: "tar",
};
const BASE_IMAGE_PACKAGES: Record<string, string> = { debootstrap: "debootstrap" };

/** Where Debian keeps the network plugins, and where the plugins' own releases unpack. */
const PLUGIN_FOLDERS = ["/usr/lib/cni", "/opt/cni/bin"];

export interface Machine {
	platform: string;
	arch: string;
	uid: number | undefined;
	/** text of /proc/self/status */
	status: string;
}

/** @returns why the cluster cannot run on such a machine; undefined: nothing speaks against it */
export function whyNot({ platform, arch, uid, status }: Machine): string | undefined {
	if (platform !== "linux") return `the test cluster runs on Linux only, and this is ${platform}`;
	if (arch !== "x64" && arch !== "arm64")
		return `the test cluster runs on x64 and arm64 only, and this is ${arch}`;
	if (uid !== 0)
		return "the test cluster needs root: it mounts, makes network interfaces and runs containers";
	const missing = missingCapabilities(status);
	if (missing.length === 0) return undefined;
	return `this root lacks the capabilities ${missing.join(", ")} (an unprivileged container?), which the test cluster needs`;
}

/** @throws CannotRunError */
export function requireMachine(): void {
	const reason = whyNot({
		platform: process.platform,
		arch: process.arch,
		uid: process.getuid?.(),
		status: process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "",
	});
	if (reason !== undefined) throw new CannotRunError(reason);
}

export const requirePackages = (): Promise<void> => install(PACKAGES);
export const requireBaseImagePackages = (): Promise<void> => install(BASE_IMAGE_PACKAGES);

/** @returns the folder of the CNI plugins */
export function pluginFolder(): string {
	return PLUGIN_FOLDERS.find((folder) => findCommand("ptp", [folder]) === `${folder}/ptp`) ?? "/usr/lib/cni";
}

/** @returns the Debian packages that would bring the commands that are not there */
export function missingPackages(
	wanted: Record<string, string>,
	isThere: (command: string) => boolean,
): string[] {
	const missing = Object.entries(wanted).filter(([command]) => !isThere(command));
	return [...new Set(missing.map(([, name]) => name))].sort();
}

async function install(wanted: Record<string, string>): Promise<void> {
	const isThere = (command: string) => findCommand(command, PLUGIN_FOLDERS) !== undefined;
	const packages = missingPackages(wanted, isThere);
	if (packages.length === 0) return;
	if (findCommand("apt-get") === undefined) {
		throw new CannotRunError(`the test cluster needs what Debian calls ${packages.join(", ")}: install that`);
	}
	await step(`Installing ${packages.join(", ")} (Debian packages)`, async () => {
		const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
		const wait = ["-o", "DPkg::Lock::Timeout=120"];
		// One source of many that does not answer is no reason to stop: the packages may be on the others.
		await run("apt-get", [...wait, "update", "-qq"], { env, timeoutMs: 300_000 }).catch(() => {});
		const args = [...wait, "install", "-y", "-qq", "--no-install-recommends", ...packages];
		await run("apt-get", args, { env, timeoutMs: 600_000 }).catch((cause) => {
			const line = `apt-get install --no-install-recommends ${packages.join(" ")}`;
			throw new CannotRunError(`Debian packages are missing and could not be installed; run: ${line}`, {
				cause,
			});
		});
	});
}

function missingCapabilities(status: string): string[] {
	const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
	return Object.entries(CAPABILITIES)
		.filter(([, bit]) => ((held >> BigInt(bit)) & 1n) === 0n)
		.map(([name]) => name);
}
