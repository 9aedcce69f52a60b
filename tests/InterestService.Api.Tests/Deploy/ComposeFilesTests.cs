using InterestService.Api.Tests.Support;
using InterestService.Harness;
using YamlDotNet.RepresentationModel;

namespace InterestService.Api.Tests.Deploy;

/// <summary><c>docker-compose.yml</c> with every combination of its overlays.</summary>
public sealed class ComposeFilesTests
{
    private static readonly string[] _overlays = ["gpu", "observability", "citus"];

    /// <summary>Their images hold nothing that could ask them.</summary>
    private static readonly string[] _withoutHealthCheck = ["collector", "jaeger"];

    /// <summary>Services that end by themselves.</summary>
    private static readonly string[] _oneShot = ["migrate", "distribute"];

    private static string Root => Path.GetDirectoryName(Repository.File("docker-compose.yml"))!;

    public static TheoryData<string> Combinations =>
        [.. Enumerable.Range(0, 1 << _overlays.Length).Select(bits => string.Join(' ', _overlays.Where((_, i) => (bits >> i & 1) == 1)))];

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task A_combination_of_overlays_is_valid(string overlays)
    {
        var services = await ResolveAsync(overlays.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        foreach (var (name, service) in services)
        {
            string image = Text(service["image"]);
            Assert.Matches("^[a-z/-]+:v?[0-9]+\\.[0-9]+[a-z0-9.-]*$", image); // no tag that moves to another version
            if (image.StartsWith("interest-service:", StringComparison.Ordinal))
            {
                Assert.StartsWith($"interest-service:{DeployedSettings.Version}", image, StringComparison.Ordinal);
                Assert.Equal("true", Text(service["read_only"]));
                Assert.Equal(["ALL"], Texts(service["cap_drop"]));
            }

            Assert.Contains("no-new-privileges:true", Texts(service["security_opt"]));
            Assert.Equal(_oneShot.Contains(name) ? "no" : "unless-stopped", Text(service["restart"]));
            var limits = service["deploy"]["resources"]["limits"];
            Assert.NotEmpty(Text(limits["memory"]));
            Assert.True(double.Parse(Text(limits["cpus"]), System.Globalization.CultureInfo.InvariantCulture) > 0);
            bool isChecked = Find(service, "healthcheck") is { } check && Find(check, "test") is YamlSequenceNode test && Text(test[0]) != "NONE";
            Assert.NotEqual(_oneShot.Contains(name) || _withoutHealthCheck.Contains(name), isChecked);
            foreach (string source in Sources(service))
                Assert.True(source.Contains("/deploy/secrets/", StringComparison.Ordinal) || File.Exists(source) || Directory.Exists(source), source);
        }

        foreach (string process in new[] { "api", "worker" })
        {
            var environment = ((YamlMappingNode)services[process]["environment"]).Children.ToDictionary(pair => Text(pair.Key), pair => Text(pair.Value));
            DeployedSettings.Validate(environment);
            Assert.Equal(overlays.Contains("observability", StringComparison.Ordinal), environment.ContainsKey("OTEL_EXPORTER_OTLP_ENDPOINT"));
            string[] awaited = [.. ((YamlMappingNode)services[process]["depends_on"]).Children.Keys.Select(Text).Order()];
            Assert.Equal(overlays.Contains("citus", StringComparison.Ordinal) ? ["distribute", "migrate"] : ["migrate"], awaited);
        }

        Assert.Equal(overlays.Contains("gpu", StringComparison.Ordinal), Text(services["worker"]["image"]).EndsWith("-cuda", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_script_writes_every_secret_that_the_files_name_once()
    {
        using var folder = new TestFolder();
        string script = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Path, "compose")).FullName, "make-secrets.sh");
        File.Copy(Path.Combine(Root, "deploy/compose/make-secrets.sh"), script);
        (await ExternalProgram.RunAsync("sh", [script])).AssertSucceeded();
        string secrets = Path.Combine(folder.Path, "secrets");
        var written = Directory.EnumerateFiles(secrets).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);

        Assert.Equal(Secrets().Order(), written.Keys.Order());
        Assert.Equal((UnixFileMode)Convert.ToInt32("700", 8), File.GetUnixFileMode(secrets));
        Assert.All(written.Where(secret => secret.Key != "connection_string"), secret => Assert.Matches("^[0-9a-f]{48}\n$", secret.Value));
        Assert.Equal(written.Count, written.Values.Distinct().Count());
        Assert.Equal(
            written["postgres_password"].Trim(), new Npgsql.NpgsqlConnectionStringBuilder(written["connection_string"]).Password);

        (await ExternalProgram.RunAsync("sh", [script])).AssertSucceeded();
        Assert.All(written, secret => Assert.Equal(secret.Value, File.ReadAllText(Path.Combine(secrets, secret.Key))));
    }

    /// <summary>Names of the secrets in all files.</summary>
    private static HashSet<string> Secrets() =>
        [
            .. from file in _overlays.Select(overlay => $"deploy/compose/{overlay}.yml").Prepend("docker-compose.yml")
               let secrets = Find(Load(File.ReadAllText(Path.Combine(Root, file))), "secrets") as YamlMappingNode
               where secrets is not null
               from secret in secrets.Children
               select Path.GetFileName(Text(secret.Value["file"])),
        ];

    private static async Task<Dictionary<string, YamlNode>> ResolveAsync(string[] overlays)
    {
        string[] files = ["docker-compose.yml", .. overlays.Select(overlay => $"deploy/compose/{overlay}.yml")];
        using var folder = new TestFolder();
        string noVariables = Path.Combine(folder.Path, ".env"); // and not those of an operator
        await File.WriteAllTextAsync(noVariables, "", TestContext.Current.CancellationToken);
        var result = await ExternalProgram.RunAsync("docker-compose", [.. files.SelectMany(file => new[] { "--file", file }), "--env-file", noVariables, "config"], Root);
        var services = (YamlMappingNode)Load(result.AssertSucceeded())["services"];
        return services.Children.ToDictionary(service => Text(service.Key), service => service.Value);
    }

    /// <summary>Files and folders of this machine that are mounted.</summary>
    private static IEnumerable<string> Sources(YamlNode service)
    {
        foreach (var volume in Find(service, "volumes") is YamlSequenceNode volumes ? volumes.Children : [])
        {
            string source = volume is YamlScalarNode text ? text.Value!.Split(':')[0] : Text(volume["source"]);
            if (Path.IsPathRooted(source)) yield return source;
        }
    }

    private static YamlMappingNode Load(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static YamlNode? Find(YamlNode node, string key) => ((YamlMappingNode)node).Children.TryGetValue(key, out var value) ? value : null;

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static IEnumerable<string> Texts(YamlNode node) => ((YamlSequenceNode)node).Children.Select(Text);
}
