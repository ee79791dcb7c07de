import { Value } from "typebox/value";
import { INSTALLATION_KEY, Installation } from "../../contract/installation.ts";
import type { Change } from "../../kubernetes/change.ts";
import type { Log } from "../../kubernetes/log.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { InjectionConfiguration } from "../admission/facts.ts";

/** The text of an installation's ConfigMap. */
export function projectInstallation(object: KubernetesObject & { readonly data?: unknown }): string {
	const { [INSTALLATION_KEY]: text = "" } = (object.data ?? {}) as Record<string, string>;
	return text;
}

export interface InstallationReader {
	/** The very same object until its text changes. @returns undefined: there is no Furnace */
	current(): InjectionConfiguration | undefined;
	/** To be told of each change of the ConfigMap. */
	configMapChanged(change: Change<string>): void;
}

/** What the operator settled, checked. One that cannot be read is logged, and the last good one stays. */
export function readInstallation(log: Pick<Log, "info" | "error">): InstallationReader {
	let current: InjectionConfiguration | undefined;
	let currentText: string | undefined;
	return {
		current: () => current,
		configMapChanged({ type, object: text }) {
			if (type === "removed") {
				current = undefined;
				currentText = undefined;
				log.info("the installation is gone: no pod is injected");
				return;
			}
			if (text === currentText) return;
			try {
				current = parseInstallation(text);
				currentText = text;
				const { ca: _ca, ...rest } = current;
				log.info({ installation: rest }, "the installation is known");
			} catch (err) {
				log.error({ err }, "the installation cannot be read; the last good one stays");
			}
		},
	};
}

/** @throws Error */
function parseInstallation(text: string): InjectionConfiguration {
	const value: unknown = JSON.parse(text);
	const [fault] = Value.Errors(Installation, value);
	if (fault !== undefined) throw new TypeError(`${fault.instancePath}: ${fault.message}`);
	return value as Installation;
}
