import { constantFacts, type InjectionConfiguration, type InjectionFacts } from "../facts.ts";

/** A root certificate that nobody has the key of. */
const CA = `-----BEGIN CERTIFICATE-----
MIIBPjCB5qADAgECAgkc32oX5CrYbIwwCQYHKoZIzj0EATAcMRowGAYDVQQDExFm
dXJuYWNlLXRlc3Qtcm9vdDAgFw0yNjExMjExNzExMDJaGA8yMTI2MDEwMTAwMDAw
MFowHDEaMBgGA1UEAxMRZnVybmFjZS10ZXN0LXJvb3QwWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAAScIUPS0w8a8AaG1JGoilcVEciERdp8xjjLDzzk1LbD7mPjBjZR
5txKp5eyHrsMJ55AUcXbtyxObsS9jYMCBbTFoxAwDjAMBgNVHRMEBTADAQH/MAkG
ByqGSM49BAEDSAAwRQIgTQeQ3tDv3gmQMxpWvW99iGAIH//HowGnYqXwdlREp2UC
IQDBNUZb0qjizgv31V3tfiqkVMODg9XNtmr+A9P5lg5Rrg==
-----END CERTIFICATE-----
`;

export const CONFIGURATION: InjectionConfiguration = {
	image: "registry.example/furnace-sidecar:1.2.3",
	imageProven: true,
	version: "1.2.3",
	privilege: "privileged",
	ca: CA,
	serverUrl: "https://furnace-server-replicas.furnace.svc:8080",
	maxDurationSeconds: 3600,
	namespace: "furnace",
	kubernetes: { major: 1, minor: 34 },
};

/** Facts of a cluster in which every pod that asks is injected, but for the given changes. */
export function factsWith(
	configuration: Partial<InjectionConfiguration> = {},
	others: Partial<InjectionFacts> = {},
): InjectionFacts {
	return { ...constantFacts({ ...CONFIGURATION, ...configuration }), ...others };
}
