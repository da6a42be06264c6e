/** The calendar that says who is on duty, as PagerDuty publishes it. Its shifts change during the days. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { minuteMs } from '../calendar.ts';
import { onDutyAt, type RotaShift, rotaAt } from './rota.ts';
import type { Around, RemoteService } from './service.ts';

const path = '/calendars/primary.ics';

export const calendars: RemoteService = {
  standIns: ['calendars'],
  readEveryMs: 5 * minuteMs,
  environment: (site) => ({ DUTY_CALENDARS: JSON.stringify([{ area: '*', url: site + path, allowPrivate: true }]) }),
  open: (around) => ({ answer: (request, response) => answer(around, request, response) }),
  view: ({ seed }) => ({ onDuty: (at, asOf) => onDutyAt(seed, at, asOf) }),
};

async function answer(around: Around, { url }: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (url !== path) return false;
  const fault = around.faults.take('tools.calendars.read');
  const isLost = fault?.effect === 'hang' || fault?.effect === 'hang-after';
  if (isLost) return true;
  if (fault?.effect === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1_000));
  if (response.destroyed) return true;
  if (fault?.effect === 'fail' || fault?.effect === 'fail-after') response.writeHead(Number(fault.code ?? 503)).end();
  else
    response
      .writeHead(200, { 'content-type': 'text/calendar' })
      .end(calendarOf(rotaAt(around.seed, around.clock.now())));
  return true;
}

const stamp = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');

function calendarOf(shifts: readonly RotaShift[]): string {
  const events = shifts.flatMap(({ name, email, from, until }) => [
    'BEGIN:VEVENT',
    `UID:${from}-${email}`,
    `DTSTAMP:${stamp(from)}`,
    `DTSTART:${stamp(from)}`,
    `DTEND:${stamp(until)}`,
    `SUMMARY:On Call - ${name} - Primary`,
    `ATTENDEE:${email}`,
    'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//simulated//EN', ...events, 'END:VCALENDAR', ''].join('\r\n');
}
