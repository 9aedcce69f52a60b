using InterestService.Api.Tests.Support;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace InterestService.Api.Tests;

/// <summary>Runs the tests as the entry point that xUnit generates does, or a process of replicas for them.</summary>
internal static class EntryPoint
{
    public static Task<int> Main(string[] args)
    {
        if (args is [ReplicaProcess.Command]) return ReplicaProcess.RunAsync();
        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : ConsoleRunner.Run(args);
    }
}
