using System.CommandLine;
using InterestService.EmbeddedPostgres;
using InterestService.Harness;
using Spectre.Console;

namespace InterestService.Endurance.Releases;

/// <summary>Writes what a release stores and answers, so that later versions can be tested on it.</summary>
internal static class ReleaseCommand
{
    public const string Database = "database.dump", Answers = "answers.json";

    public static Command Create()
    {
        var version = new Option<string>("--release") { Description = "Version of the release, such as 1.0.0: the name of its folder in tests/Data/releases.", Required = true };
        var program = new Option<FileInfo>("--program") { Description = "InterestService.Api.dll of the release. Default: the one of this build." };
        program.AcceptExistingOnly();
        var command = new Command("release", "Write the database of a release and what it answers into tests/Data/releases.") { version, program };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(version)!, parsed.GetValue(program)?.FullName, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string version, string? program, CancellationToken cancellation)
    {
        await using var service = await ServiceProcess.StartAsync(program: program);
        var answers = await new ReleaseRecorder(service).RecordAsync(AnsiConsole.WriteLine);
        await service.StopServiceAsync();
        string folder = Directory.CreateDirectory(Path.Combine(Repository.File("tests/Data/releases"), version)).FullName;
        await DatabaseBackup.WriteAsync(service.ConnectionString, Path.Combine(folder, Database), cancellation);
        answers.Write(Path.Combine(folder, Answers));
        AnsiConsole.WriteLine($"{folder}: {new DirectoryInfo(folder).GetFiles().Sum(file => file.Length):N0} bytes");
        return 0;
    }
}
