using System.Reflection;
using InterestService.Api.Hosting;
using InterestService.Api.Requests;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Deploy;

/// <summary>Settings as the files in <c>deploy</c> give them to a process.</summary>
internal static class DeployedSettings
{
    private const string Folder = "InterestService__SecretsDirectory";

    /// <summary>Version of the service, which tags its images.</summary>
    public static string Version =>
        typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Builds a process with settings, and fails when it refuses one or does not know it.</summary>
    /// <param name="environment">Variables of the environment. The secrets that they name by <c>ApiKeys__N__Name</c> are read from files.</param>
    public static void Validate(IReadOnlyDictionary<string, string> environment)
    {
        Assert.Contains(Folder, environment.Keys);
        var known = new[] { typeof(InterestServiceOptions), typeof(PipelineDefaults) }.SelectMany(type => type.GetProperties()).Select(property => property.Name).ToHashSet();
        using var secrets = new TestFolder();
        foreach (string setting in environment.Keys.Where(key => key.StartsWith("InterestService__", StringComparison.Ordinal)))
        {
            string[] parts = setting.Split("__");
            Assert.True(known.Contains(parts[1]), setting);
            if (parts is [_, "ApiKeys", _, "Name"]) Write($"InterestService__ApiKeys__{parts[2]}__Key", $"a-key-of-a-caller-{parts[2]}");
        }

        Write("ConnectionStrings__Postgres", "Host=postgres;Database=interest;Username=interest;Password=secret");
        using var app = Program.Build(
        [
            "--environment=Production", "--Serilog:MinimumLevel:Default=Fatal",
            .. environment.Select(pair => $"--{pair.Key.Replace("__", ":", StringComparison.Ordinal)}={(pair.Key == Folder ? secrets.Path : pair.Value)}"),
        ]);
        app.Services.ValidateSettings();

        void Write(string name, string text) => File.WriteAllText(Path.Combine(secrets.Path, name), text + "\n");
    }
}
