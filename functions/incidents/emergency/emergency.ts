/** The shapes of an emergency and of its roles (`docs/reference/rules/k-emergency.md`). Pure. */
import { milliseconds, type Policy } from '../../policy.ts';

export const emergencyRules = ['many-customers-stopped', 'several-reports-of-one-area', 'key-area-stopped'] as const;
export type EmergencyRule = (typeof emergencyRules)[number];

export interface EmergencyInputs {
  level: 'high' | 'low';
  businessImpact: string | null;
  affectedCustomerCount: number | null;
  area: string | null;
  /** The reports that together make an emergency, this one included. */
  reports?: { incidentId: string; customerId: string; reportedAt: Date }[];
}

export interface Emergency {
  since: Date;
  rule: EmergencyRule;
  inputs: EmergencyInputs;
  policyVersion: string;
  /** Null while it lasts. */
  endedAt: Date | null;
}

/** 指揮, 顧客連絡, 記録. */
export const emergencyRoles = ['lead', 'customers', 'record'] as const;
export type EmergencyRole = (typeof emergencyRoles)[number];

/** Who has a role, and since when; the weekly bundle shows when alone. */
export type Roles = Partial<Record<EmergencyRole, { who: string; at: Date }>>;

export const isGoingOn = (emergency: Emergency | undefined): emergency is Emergency => emergency?.endedAt === null;

export const openRoles = (roles: Roles | undefined): EmergencyRole[] => emergencyRoles.filter((role) => !roles?.[role]);

/** What the words of its rule say of it: `業務停止が{n}{customer}`. */
export function emergencyFill({ inputs }: Pick<Emergency, 'inputs'>, policy: Policy): Record<string, string | number> {
  const customers = new Set(inputs.reports?.map((each) => each.customerId)).size;
  return {
    n: inputs.reports ? customers : (inputs.affectedCustomerCount ?? 0),
    area: inputs.area ?? '',
    minutes: milliseconds(policy.emergency.sameArea.within) / 60_000,
  };
}
