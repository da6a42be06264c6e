/** The shapes of an emergency and of its roles (`docs/reference/rules/k-emergency.md`). Pure. */
import * as z from 'zod';
import { milliseconds, type Policy } from '../../policy.ts';

export const emergencyRules = ['many-customers-stopped', 'several-reports-of-one-area', 'key-area-stopped'] as const;
export type EmergencyRule = (typeof emergencyRules)[number];

export const emergencyInputs = z.looseObject({
  level: z.enum(['high', 'low']),
  businessImpact: z.string().nullable(),
  affectedCustomerCount: z.number().nullable(),
  area: z.string().nullable(),
  /** The reports that together make an emergency, this one included. */
  reports: z.array(z.object({ incidentId: z.string(), customerId: z.string(), reportedAt: z.date() })).exactOptional(),
  /** How many customers these reports count together, wherever they are linked. */
  customers: z.number().exactOptional(),
});
export type EmergencyInputs = z.infer<typeof emergencyInputs>;

export interface Emergency {
  since: Date;
  rule: EmergencyRule;
  inputs: EmergencyInputs;
  policyVersion: string;
  /** Null while it lasts. */
  endedAt: Date | null;
  /** The linked incident that had the emergency before. */
  from?: string;
  /** The reports that support it, its own incident among them. Absent in a record of an earlier form. */
  incidents?: string[];
  /** The total of their customers. */
  customers?: number;
}

/** 指揮, 顧客連絡, 記録. */
export const emergencyRoles = ['lead', 'customers', 'record'] as const;
export type EmergencyRole = (typeof emergencyRoles)[number];

/** Who has a role and since when; the weekly bundle shows only the time. */
export type Roles = Partial<Record<EmergencyRole, { who: string; at: Date }>>;

export const isGoingOn = (emergency: Emergency | undefined): emergency is Emergency => emergency?.endedAt === null;

export const openRoles = (roles: Roles | undefined): EmergencyRole[] => emergencyRoles.filter((role) => !roles?.[role]);

/** With the reports and customers counted so far. */
export function withSupport(emergency: Emergency, { id, impact, affectedCustomers }: Counted): Emergency {
  const { reports = [], customers: reported = 0 } = emergency.inputs;
  const incidents = [...new Set([id, ...reports.map(({ incidentId }) => incidentId)])].sort();
  const customers = Math.max(reported, impact.affectedCustomerCount ?? 0, affectedCustomers.length);
  const isSame = customers === emergency.customers && incidents.join() === emergency.incidents?.join();
  return isSame ? emergency : { ...emergency, incidents, customers };
}

interface Counted {
  id: string;
  impact: { affectedCustomerCount?: number };
  affectedCustomers: readonly unknown[];
}

/** The impact as people read it: of an emergency, for the customers of every report that supports it. */
export function shownImpact<T extends { affectedCustomerCount?: number | undefined }>(of: {
  impact: T;
  emergency?: Pick<Emergency, 'endedAt' | 'customers'>;
}): T {
  const { impact, emergency } = of;
  if (emergency?.endedAt !== null || !emergency.customers) return impact;
  return { ...impact, affectedCustomerCount: Math.max(impact.affectedCustomerCount ?? 0, emergency.customers) };
}

/** The values in the text of its rule: `業務停止が{n}{customer}`. */
export function emergencyFill({ inputs }: Pick<Emergency, 'inputs'>, policy: Policy): Record<string, string | number> {
  const customers = new Set(inputs.reports?.map((each) => each.customerId)).size;
  return {
    n: inputs.reports ? customers : (inputs.affectedCustomerCount ?? 0),
    area: inputs.area ?? '',
    minutes: milliseconds(policy.emergency.sameArea.within) / 60_000,
  };
}
