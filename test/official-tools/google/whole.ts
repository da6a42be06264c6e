/** All of the stand-in, around one project. */
import {
  iam,
  iamCredentials,
  logging,
  orgPolicy,
  resourceManager,
  secretManager,
  serviceUsage,
} from './administration.ts';
import { firebaseRules, firestore, pubsub } from './data.ts';
import { type Google, serve } from './google.ts';
import type { Project } from './project.ts';
import { artifactRegistry, cloudBuild, iap, run, storage } from './running.ts';
import { monitoring, scheduler } from './watching.ts';

export function serveProject(project: Project): Promise<Google> {
  const apis = [
    serviceUsage(project),
    resourceManager(project, (asked) => asked),
    orgPolicy(project),
    iam(project),
    iamCredentials(project),
    secretManager(project),
    logging(project),
    pubsub(project),
    firestore(project),
    firebaseRules(project),
    monitoring(project),
    scheduler(project),
    run(project),
    cloudBuild(project),
    artifactRegistry(project),
    storage(project),
    iap(project),
  ];
  return serve(
    apis,
    (name) => project.services.has(name),
    project.faults,
    (...of) => project.isAway(...of),
  );
}
