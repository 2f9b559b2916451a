import fs from 'node:fs/promises';
import { resolve } from 'node:path';
import ssh2, { type SFTPWrapper } from 'ssh2';

const { STATUS_CODE } = ssh2.utils.sftp;

const statusOf = (error: unknown): number => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE;
  return code === 'EACCES' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
};

/** The part of SFTP that reads files, below a home. */
export function serveFiles(sftp: SFTPWrapper, home: string): void {
  const opened = new Map<number, fs.FileHandle>();
  let last = 0;
  const answer = (id: number, work: () => Promise<void>): void => {
    work().catch((error: unknown) => sftp.status(id, statusOf(error)));
  };
  sftp.on('error', () => undefined);
  sftp.on('end', () => sftp.end());
  for (const event of ['STAT', 'LSTAT'] as const)
    sftp.on(event, (id: number, path: string) =>
      answer(id, async () => {
        const { mode, uid, gid, size, atime, mtime } = await fs.stat(resolve(home, path));
        sftp.attrs(id, { mode, uid, gid, size, atime: Number(atime), mtime: Number(mtime) });
      }),
    );
  sftp.on('OPEN', (id: number, path: string) =>
    answer(id, async () => {
      last += 1;
      opened.set(last, await fs.open(resolve(home, path)));
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(last);
      sftp.handle(id, handle);
    }),
  );
  sftp.on('READ', (id: number, handle: Buffer, offset: number, length: number) =>
    answer(id, async () => {
      const { bytesRead, buffer } = (await opened
        .get(handle.readUInt32BE())
        ?.read(Buffer.alloc(length), 0, length, offset)) ?? { bytesRead: 0, buffer: Buffer.alloc(0) };
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on('CLOSE', (id: number, handle: Buffer) =>
    answer(id, async () => {
      await opened.get(handle.readUInt32BE())?.close();
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
}
