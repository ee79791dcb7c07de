/** What runs in a frame. Apart from the schemas, so that a reader of profiles loads without them. */
export const FRAME_KINDS = ["user", "kernel", "jit", "unknown"] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];
