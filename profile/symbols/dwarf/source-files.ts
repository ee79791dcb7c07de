import { ElfError } from "../elf.ts";
import { FORM } from "./constants.ts";
import type { Cursor } from "./cursor.ts";
import { readForm, type UnitFormat } from "./forms.ts";
import type { DebugSections } from "./sections.ts";

/** Where a text stands that is read when it is shown. */
interface TextPlace {
	readonly form: number;
	readonly offset: number;
}

interface SourceFile {
	readonly name: TextPlace;
	readonly folder: number;
}

const MOST_FILES = 2 ** 20;
const CONTENT = { path: 1, folder: 2 } as const;

/** The files of a line table, as it numbers them. */
export class SourceFiles {
	readonly #sections: DebugSections;
	readonly #folder: string;
	readonly #folders: readonly TextPlace[];
	readonly #files: readonly SourceFile[];
	/** of the first file, and of the first folder in the list */
	readonly #first: number;
	readonly #paths = new Map<number, string>();

	private constructor(
		sections: DebugSections,
		folder: string,
		lists: { folders: TextPlace[]; files: SourceFile[]; first: number },
	) {
		this.#sections = sections;
		this.#folder = folder;
		this.#folders = lists.folders;
		this.#files = lists.files;
		this.#first = lists.first;
	}

	/**
	 * @param cursor behind the lengths of the operations
	 * @param folder in which was compiled
	 * @throws ElfError
	 */
	static read(sections: DebugSections, cursor: Cursor, format: UnitFormat, folder: string): SourceFiles {
		if (format.version < 5) {
			const folders = readOldFolders(cursor);
			return new SourceFiles(sections, folder, { folders, files: readOldFiles(cursor), first: 1 });
		}
		const folders = readTable(cursor, format).map(({ name }) => name);
		return new SourceFiles(sections, folder, { folders, files: readTable(cursor, format), first: 0 });
	}

	/** @returns empty: the number stands for no file @throws ElfError */
	pathOf(number: number): string {
		const known = this.#paths.get(number);
		if (known !== undefined) return known;
		const file = this.#files[number - this.#first];
		const path = file === undefined ? "" : this.#join(this.#folderOf(file.folder), this.#text(file.name));
		this.#paths.set(number, path);
		return path;
	}

	/** Folder 0 is the one in which was compiled: the list has it from version 5 on. */
	#folderOf(number: number): string {
		const folder = this.#folders[number - this.#first];
		if (folder === undefined) return this.#folder;
		return number === 0 ? this.#text(folder) : this.#join(this.#folder, this.#text(folder));
	}

	#join(folder: string, name: string): string {
		return name.startsWith("/") || folder === "" || name === ""
			? name
			: `${folder.replace(/\/$/, "")}/${name}`;
	}

	#text({ form, offset }: TextPlace): string {
		if (form === FORM.string) return this.#sections.lines.textAt(offset);
		if (form === FORM.lineStrp) return this.#sections.lineText.textAt(offset);
		return form === FORM.strp ? this.#sections.text.textAt(offset) : "";
	}
}

function readOldFolders(cursor: Cursor): TextPlace[] {
	const folders: TextPlace[] = [];
	for (let place = oldText(cursor); place !== undefined; place = oldText(cursor)) folders.push(place);
	return folders;
}

function readOldFiles(cursor: Cursor): SourceFile[] {
	const files: SourceFile[] = [];
	for (let name = oldText(cursor); name !== undefined; name = oldText(cursor)) {
		files.push({ name, folder: cursor.unsigned() });
		// when it was changed, and its length
		cursor.unsigned();
		cursor.unsigned();
	}
	return files;
}

/** @returns undefined: it is empty, which ends a list */
function oldText(cursor: Cursor): TextPlace | undefined {
	const offset = cursor.at;
	cursor.skipText();
	return cursor.at === offset + 1 ? undefined : { form: FORM.string, offset };
}

/** From version 5 on lists say themselves what they have of each file or folder. */
function readTable(cursor: Cursor, format: UnitFormat): SourceFile[] {
	const columns = Array.from({ length: cursor.u8() }, () => [cursor.unsigned(), cursor.unsigned()] as const);
	const count = cursor.unsigned();
	if (count > MOST_FILES || (columns.length === 0 && count > 0)) throw new ElfError(`${count} source files`);
	const rows: SourceFile[] = [];
	for (let index = 0; index < count; index++) {
		let name: TextPlace = { form: FORM.udata, offset: 0 };
		let folder = 0;
		for (const [content, form] of columns) {
			const offset = readForm(cursor, form, format);
			if (content === CONTENT.path) name = { form, offset };
			else if (content === CONTENT.folder) folder = offset;
		}
		rows.push({ name, folder });
	}
	return rows;
}
