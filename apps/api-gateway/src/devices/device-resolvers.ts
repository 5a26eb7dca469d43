import type { Resolvers } from '../generated/graphql.js';
import {
  configurationMutations,
  configurationQueries,
  driftedStationFields,
  stationConfigurationFields,
} from './configuration.resolvers.js';
import {
  onboardingMutations,
  onboardingPolicyFields,
  onboardingQueries,
  registrationTokenFields,
  unknownStationFields,
} from './onboarding.resolvers.js';

/** All of devices.graphql. */
export const deviceResolvers: Resolvers = {
  Query: { ...onboardingQueries, ...configurationQueries },
  Mutation: { ...onboardingMutations, ...configurationMutations },
  Station: stationConfigurationFields,
  OnboardingPolicy: onboardingPolicyFields,
  UnknownStation: unknownStationFields,
  RegistrationToken: registrationTokenFields,
  DriftedStation: driftedStationFields,
};
