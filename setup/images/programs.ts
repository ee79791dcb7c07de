/** What goes into an image. */
export interface FurnaceImage {
	readonly name: "server" | "sidecar";
	readonly tag: string;
	readonly dockerfile: string;
	/** entry point by the name of the file that it becomes, without extension */
	readonly programs: Readonly<Record<string, string>>;
	/** with the built page below `web` */
	readonly hasPage: boolean;
	/** what the Dockerfile copies beside the bundle, so that a change of it builds the image anew */
	readonly files: readonly string[];
}

/** The names by which `deploy/overlays/dev` and the tests know them. */
export const FURNACE_IMAGES: readonly FurnaceImage[] = [
	{
		name: "server",
		tag: "localhost/furnace-server:dev",
		dockerfile: "Dockerfile.server",
		programs: { server: "server/main.ts", operator: "operator/main.ts", "kubectl-furnace": "cli/main.ts" },
		hasPage: true,
		files: [],
	},
	{
		name: "sidecar",
		tag: "localhost/furnace-sidecar:dev",
		dockerfile: "Dockerfile.sidecar",
		programs: { agent: "sidecar/main.ts" },
		hasPage: false,
		files: ["setup/images/containers.conf"],
	},
];

/** The rooms that programs are made of. */
export const PROGRAM_ROOMS = [
	"cli",
	"contract",
	"kubernetes",
	"operator",
	"profile",
	"server",
	"sidecar",
	"symbol-files",
] as const;

/** Where bundles are put; Dockerfiles copy from there. */
export const BUNDLES_FOLDER = "dist/images";
