import { execFileSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  rmdirSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Only root may mount. */
function asRoot(program: string, args: string[]): void {
  const [file, ...first] = process.getuid?.() === 0 ? [program] : ['sudo', '-n', program];
  execFileSync(file, [...first, ...args], { stdio: 'ignore' });
}

const CHUNKS = [2 ** 20, 2 ** 12];

export interface SmallDisk {
  folder: string;
  /** Takes all the room that is left, but for so many bytes. */
  fill: (but?: number) => void;
  /** Gives it back. */
  clear: () => void;
  /** MiB from now on. */
  resize: (mebibytes: number) => void;
  /** Whether it can be written to. */
  remount: (mode: 'ro' | 'rw') => void;
  remove: () => void;
}

/** A file system of its own. */
export function mountSmallDisk(mebibytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-disk-'));
  asRoot('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0777`, 'tmpfs', folder]);
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: (but = 0) => {
      const file = openSync(filler, 'a');
      for (const size of CHUNKS) {
        try {
          for (;;) writeSync(file, Buffer.alloc(size));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
      ftruncateSync(file, fstatSync(file).size - but);
      closeSync(file);
    },
    clear: () => rmSync(filler, { force: true }),
    resize: (size) => asRoot('mount', ['-o', `remount,size=${size}m`, folder]),
    remount: (mode) => asRoot('mount', ['-o', `remount,${mode}`, folder]),
    remove: () => {
      asRoot('umount', [folder]);
      rmdirSync(folder);
    },
  };
}
