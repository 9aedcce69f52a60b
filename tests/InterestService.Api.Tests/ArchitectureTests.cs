using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using InterestService.Client;
using InterestService.Demo;
using InterestService.EmbeddedPostgres;
using InterestService.Pipeline;

namespace InterestService.Api.Tests;

/// <summary>
/// The layers of the projects: each folder, which is a namespace, with the folders that it may use. A folder is below those that use
/// it, so dependencies point downwards and no two folders depend on each other.
/// </summary>
public sealed class ArchitectureTests
{
    private const string Root = "";

    private static readonly string[] _numbers = ["Numerics", "Numerics.LinearAlgebra", "Numerics.Neighbours", "Numerics.Graphs", "Numerics.Devices"];
    private static readonly string[] _data = [.. _numbers, "Options", "Events", "Meaning"];
    private static readonly string[] _languageModels = ["LanguageModels", "LanguageModels.Tokenizers"];
    private static readonly string[] _encoders =
        ["Encoding", "Encoding.LinearModels", "Encoding.Topics", "Encoding.Text", "Encoding.Networks", "Encoding.Sequences", "Encoding.Ensembles"];
    private static readonly string[] _algorithms =
        ["Clustering", "Clustering.KMeans", "Clustering.Hierarchical", "Clustering.Density", "Clustering.Graph", "Clustering.Membership"];
    private static readonly string[] _measures =
        ["Evaluation.Separation", "Evaluation.Agreement", "Evaluation.Rankings", "Evaluation.Proportions"];
    private static readonly string[] _stages =
        [.. _data, "Aggregation", "Language", .. _languageModels, "Cleaning", .. _encoders, .. _algorithms, .. _measures, "Evaluation", "Profiling", "Projection", "Recommending", "Lineage"];

    /// <summary>Ordered from the bottom: a folder uses only folders that precede it. A stage never uses another stage.</summary>
    private static readonly Layers _pipeline = new(
        "InterestService.Pipeline",
        new("Numerics"),
        new("Numerics.LinearAlgebra", "Numerics"),
        new("Numerics.Devices", "Numerics"),
        new("Numerics.Neighbours", "Numerics", "Numerics.Devices"),
        new("Numerics.Graphs", "Numerics"),
        new("Options"),
        new("Events", _numbers),
        new("Meaning", [.. _numbers, "Options", "Events"]),
        new("Aggregation", [.. _numbers, "Events"]),
        new("Language", "Events"),
        new("LanguageModels.Tokenizers", "Events", "Language"),
        new("LanguageModels", [.. _numbers, "Events", "LanguageModels.Tokenizers"]),
        new("Cleaning", _data),
        new("Encoding", [.. _data, "LanguageModels"]),
        new("Encoding.LinearModels", [.. _data, "Encoding"]),
        new("Encoding.Topics", [.. _data, "Encoding", "Encoding.LinearModels"]),
        new("Encoding.Text", [.. _data, "Language", "LanguageModels", "Encoding", "Encoding.LinearModels"]),
        new("Encoding.Networks", [.. _data, "LanguageModels", "Encoding", "Encoding.Text"]),
        new("Encoding.Sequences", [.. _data, "Encoding", "Encoding.Text", "Encoding.Networks"]),
        new("Encoding.Ensembles", [.. _data, "Encoding"]),
        new("Clustering", _data),
        new("Clustering.KMeans", [.. _data, "Clustering"]),
        new("Clustering.Hierarchical", [.. _data, "Clustering", "Clustering.KMeans"]),
        new("Clustering.Density", [.. _data, "Clustering"]),
        new("Clustering.Graph", [.. _data, "Clustering"]),
        new("Clustering.Membership", [.. _data, "Clustering"]),
        new("Evaluation.Separation", _data),
        new("Evaluation.Agreement", _data),
        new("Evaluation.Rankings", _data),
        new("Evaluation.Proportions", _data),
        new("Evaluation", [.. _data, .. _measures]),
        new("Profiling", [.. _data, "Aggregation", "Language"]),
        new("Projection", _data),
        new("Recommending", [.. _data, "Aggregation", "Language"]),
        new("Lineage", _data),
        new(Root, _stages),
        new("Comparisons", [.. _stages, Root]));

    private static readonly string[] _storage =
        ["LanguageModels", "Requests", "Storage", "Storage.Entities", "Storage.Copying", "Storage.Queries", "Storage.Migrations"];
    private static readonly string[] _hosting =
        ["Hosting", "Hosting.Databases", "Hosting.Bodies", "Hosting.Http", "Hosting.ApiKeys", "Hosting.RateLimits", "Hosting.Pages", "Hosting.OpenApi", "Hosting.Dashboard", "Hosting.Telemetry"];
    private static readonly string[] _publishing = ["Publishing", "Publishing.People", "Publishing.Snapshots", "Publishing.Serving", "Publishing.Saved", "Publishing.Models"];
    private static readonly string[] _shared = [.. _storage, .. _hosting, "Jobs", .. _publishing, "Reading", "Reading.Formats", "Writing", "Exports"];
    private static readonly string[] _slices =
    [
        "Ingestion", "Streams", "Clusterings.Shards", "Clusterings", "Clusterings.Exports", "Clusterings.Maps", "Clusterings.Progress", "Comparisons", "Users", "Clusters", "Recommendations", "Recommendations.Feedback",
        "Assignments", "Reclustering", "Privacy", "Access",
    ];

    private static readonly Layers _api = new(
        "InterestService.Api",
        new("LanguageModels"),
        new("Requests", "LanguageModels"),
        new("Storage.Entities", "Requests"),
        new("Storage", "Requests", "Storage.Entities"),
        new("Storage.Copying", "Requests", "Storage.Entities", "Storage"),
        new("Storage.Queries", "Requests", "Storage.Entities", "Storage", "Storage.Copying"),
        new("Storage.Migrations", "Storage", "Storage.Entities"),
        new("Hosting", _storage),
        new("Hosting.Databases", [.. _storage, "Hosting"]),
        new("Hosting.Bodies", [.. _storage, "Hosting"]),
        new("Hosting.Http", [.. _storage, "Hosting"]),
        new("Hosting.ApiKeys", [.. _storage, "Hosting", "Hosting.Databases", "Hosting.Http"]),
        new("Hosting.RateLimits", [.. _storage, "Hosting", "Hosting.Http", "Hosting.ApiKeys"]),
        new("Hosting.Pages", [.. _storage, "Hosting", "Hosting.Http", "Hosting.ApiKeys"]),
        new("Hosting.OpenApi", [.. _storage, "Hosting", "Hosting.Http", "Hosting.ApiKeys"]),
        new("Hosting.Dashboard", [.. _storage, "Hosting", "Hosting.Http"]),
        new("Hosting.Telemetry", [.. _storage, "Hosting", "Hosting.Http", "Hosting.ApiKeys"]),
        new("Jobs", [.. _storage, .. _hosting]),
        new("Publishing", [.. _storage, .. _hosting, "Jobs"]),
        new("Publishing.People", [.. _storage, .. _hosting, "Jobs", "Publishing"]),
        new("Publishing.Snapshots", [.. _storage, .. _hosting, "Jobs", "Publishing", "Publishing.People"]),
        new("Publishing.Serving", [.. _storage, .. _hosting, "Publishing.People", "Publishing.Snapshots"]),
        new("Publishing.Saved", [.. _storage, .. _hosting, "Publishing.People", "Publishing.Snapshots"]),
        new("Publishing.Models", [.. _storage, .. _hosting, "Jobs", "Publishing", "Publishing.People", "Publishing.Snapshots"]),
        new("Reading", [.. _storage, .. _hosting]),
        new("Reading.Formats", [.. _storage, .. _hosting, "Reading"]),
        new("Writing", [.. _storage, .. _hosting, "Jobs", .. _publishing, "Reading"]),
        new("Exports", _hosting),
        new("Ingestion", _shared),
        new("Streams", _shared),
        new("Clusterings.Shards", _shared),
        new("Clusterings", [.. _shared, "Clusterings.Shards"]),
        new("Clusterings.Exports", [.. _shared, "Clusterings"]),
        new("Clusterings.Maps", [.. _shared, "Clusterings"]),
        new("Clusterings.Progress", [.. _shared, "Clusterings"]),
        new("Comparisons", _shared),
        new("Users", _shared),
        new("Clusters", _shared),
        new("Recommendations", _shared),
        new("Recommendations.Feedback", [.. _shared, "Recommendations"]),
        new("Assignments", _shared),
        new("Reclustering", _shared),
        new("Privacy", _shared),
        new("Access", _shared),
        new("Cli", [.. _shared, .. _slices, Root]),
        new(Root, [.. _shared, .. _slices, "Cli"]));

    private static readonly Architecture _architecture = new ArchLoader().LoadAssemblies(
        typeof(InterestPipeline).Assembly, typeof(Program).Assembly, typeof(DemoRunner).Assembly, typeof(EmbeddedServer).Assembly,
        typeof(InterestServiceClient).Assembly).Build();

    public static TheoryData<string> PipelineFolders => [.. _pipeline.Folders.Select(folder => folder.Name)];

    public static TheoryData<string> ApiFolders => [.. _api.Folders.Select(folder => folder.Name)];

    [Theory]
    [MemberData(nameof(PipelineFolders))]
    public void A_folder_of_the_pipeline_uses_only_folders_below_it(string folder) => AssertNone(_pipeline.Violations(_architecture, folder));

    [Theory]
    [MemberData(nameof(ApiFolders))]
    public void A_folder_of_the_host_uses_only_folders_below_it(string folder) => AssertNone(_api.Violations(_architecture, folder));

    [Fact]
    public void Every_folder_is_listed_in_the_layers()
    {
        AssertNone(_pipeline.Unlisted(_architecture));
        AssertNone(_api.Unlisted(_architecture));
    }

    [Fact]
    public void Projects_depend_on_each_other_in_one_direction()
    {
        const string Api = "InterestService.Api", Demo = "InterestService.Demo", Postgres = "InterestService.EmbeddedPostgres",
            Pipeline = "InterestService.Pipeline", Client = "InterestService.Client";
        AssertNone(ForbiddenUses(Api, Client));
        AssertNone(ForbiddenUses(Pipeline, Api, Demo, Postgres, Client));
        AssertNone(ForbiddenUses(Demo, Api, Pipeline, Postgres, Client));
        AssertNone(ForbiddenUses(Postgres, Api, Demo, Pipeline, Client));
        AssertNone(ForbiddenUses(Client, Api, Demo, Postgres, Pipeline));
    }

    private static void AssertNone(IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    private static IEnumerable<string> ForbiddenUses(string project, params string[] forbidden) =>
        from type in _architecture.Types
        where BelongsTo(type, project)
        from target in type.Dependencies.Select(dependency => dependency.Target)
        where forbidden.Any(other => BelongsTo(target, other))
        select $"{type.FullName} uses {target.FullName}";

    private static bool BelongsTo(IType type, string project) =>
        type.FullName == project || type.FullName.StartsWith($"{project}.", StringComparison.Ordinal);

    /// <param name="Name">The folder below the project's root, with dots; empty: the root itself.</param>
    /// <param name="Uses">Folders that it may use.</param>
    private sealed record Folder(string Name, params string[] Uses);

    private sealed class Layers
    {
        private readonly string _project;

        public Layers(string project, params Folder[] folders)
        {
            (_project, Folders) = (project, folders);
        }

        public Folder[] Folders { get; }

        /// <summary>Returns the uses of folders that are not permitted, as sentences that name both types.</summary>
        public IEnumerable<string> Violations(Architecture architecture, string name)
        {
            var folder = Folders.Single(folder => folder.Name == name);
            return (
                from type in architecture.Types
                where FolderName(type) == name
                from target in type.Dependencies.Select(dependency => dependency.Target)
                let other = FolderName(target)
                where target is not GenericParameter && other is not null && other != name && !folder.Uses.Contains(other)
                select $"{type.FullName} uses {target.FullName}").Distinct().Order(StringComparer.Ordinal);
        }

        public IEnumerable<string> Unlisted(Architecture architecture) =>
            architecture.Types.Select(FolderName).OfType<string>().Distinct().Except(Folders.Select(folder => folder.Name));

        /// <returns>Null for a type of another project.</returns>
        private string? FolderName(IType type)
        {
            string space = type.Namespace?.FullName ?? "";
            return space == _project ? Root
                : space.StartsWith($"{_project}.", StringComparison.Ordinal) ? space[(_project.Length + 1)..] : null;
        }
    }
}
