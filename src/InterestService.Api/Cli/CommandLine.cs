using System.CommandLine;

namespace InterestService.Api.Cli;

/// <summary>
/// The commands of the program. Tokens that they do not know are configuration: <c>--urls http://...</c>,
/// <c>--InterestService:Role=worker</c>.
/// </summary>
internal static class CommandLine
{
    /// <summary>
    /// How long a command may take to end after SIGTERM or Ctrl+C. Longer than the jobs get (<see cref="Jobs.JobServer"/>): a process that
    /// ends while a thread still trains would unload libtorch under it.
    /// </summary>
    private static readonly TimeSpan _shutdown = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("InterestService: behaviour events in, explained user-interest clusters out. Settings: --urls ADDRESS, --Section:Key=value, or environment variables such as InterestService__Role.")
        {
            ServeCommand.Create(),
            MigrateCommand.Create(),
            OpenApiCommand.Create(),
            HealthCommand.Create(),
            DemoCommand.Create(),
            KeysCommand.Create(),
            BackupCommands.CreateBackup(),
            BackupCommands.CreateRestore(),
        };
        root.Runs((_, settings, cancellation) => ServeCommand.RunAsync(settings, cancellation));
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = _shutdown });
    }
}
