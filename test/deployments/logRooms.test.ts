import { expect, test } from 'vitest';
import { LogRooms } from '../../src/domains/deployments/logRoom.js';

const principal = (userId: number, businessId: number | null) => ({
  userId,
  businessId,
  userName: `user ${userId}`,
  role: 2 as const,
  sessionId: '',
  expiresAt: new Date(0),
});

/** What is left by whoever takes all that there is. */
function takeAll(rooms: LogRooms, caller: ReturnType<typeof principal>): (() => void)[] {
  const room = rooms.roomOf(caller);
  const taken: (() => void)[] = [];
  for (let leave = room.take(); leave; leave = room.take()) taken.push(leave);
  return taken;
}

test('a business has half of the places, and a caller half of these; others have some of what is left', () => {
  const rooms = new LogRooms(32);
  const callers = [principal(1, 1), principal(2, 1), principal(3, 2), principal(4, null), principal(1, 1)];
  const taken = callers.map((caller) => takeAll(rooms, caller));
  expect(taken.map(({ length }) => length)).toEqual([8, 4, 8, 6, 0]);
  for (const leave of taken.flat()) leave();
  expect(takeAll(rooms, principal(5, 3))).toHaveLength(8);
});
