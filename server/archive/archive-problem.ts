import { ProblemError } from "../../contract/problem.ts";

const REASONS: Readonly<Record<string, string>> = {
	ENOSPC: "There is no space left on its disk.",
	EDQUOT: "Its disk quota is used up.",
	EACCES: "Its folder may not be written by this user.",
	EPERM: "Its folder may not be written by this user.",
	EROFS: "Its disk is read-only.",
	EIO: "Its disk reports errors.",
	ENOENT: "Its folder is missing.",
	ENOTDIR: "Its folder is not a folder.",
	EMFILE: "The server has too many files open.",
};

/** A fault of the file system as the problem that the caller is told; the path stays in the log. */
export function archiveProblem(cause: unknown, directory: string): ProblemError {
	if (cause instanceof ProblemError) return cause;
	const code = (cause as NodeJS.ErrnoException).code ?? "";
	const error = new Error(`the archive in ${directory} failed`, { cause });
	return new ProblemError("archive-unavailable", REASONS[code], { cause: error });
}
