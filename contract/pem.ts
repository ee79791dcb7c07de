const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a bundle, as it crosses between operator, servers and agents. Whether one can be read is not looked at. */
export function certificateBlocks(bundle: string): readonly string[] {
	return bundle.match(CERTIFICATE) ?? [];
}
