using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace InterestService.Api.Tests.Support;

/// <summary>
/// Gives the jobs of the services that tests start, in this process or in others, the priority of the tests: these take all processors for
/// minutes, in which a job of a lower priority hardly runs.
/// </summary>
internal static class JobPriorities
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Tests start services in any order.")]
    internal static void Initialize() => Environment.SetEnvironmentVariable("InterestService__JobPriority", "Normal");
}
