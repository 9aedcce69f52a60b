using System.CommandLine;
using InterestService.Benchmarks.Clustering;
using InterestService.Benchmarks.Dashboard;
using InterestService.Benchmarks.Planted;
using InterestService.Benchmarks.Projection;
using InterestService.Benchmarks.Serving;
using InterestService.Benchmarks.Training;

var root = new RootCommand("Measures quality and speed in comparison with other programs. Each command exits with 0 if its goals are met.")
{
    PlantedCommand.Create(),
    ProjectionCommand.Create(),
    KMeansCommand.Create(),
    AlgorithmCommands.Silhouette(),
    AlgorithmCommands.Ward(),
    AlgorithmCommands.Dbscan(),
    AlgorithmCommands.Hdbscan(),
    IngestCommand.Create(),
    ExportsCommand.Create(),
    LookupCommand.Create(),
    LookupWhileTrainingCommand.Create(),
    PartitionCommand.Create(),
    BareKestrel.Create(),
    AnswersCommand.Create(),
    DashboardCommand.Create(),
    TrainCommand.Create(),
    TuneCommand.Create(),
    WholeCommand.Create(),
    GrowthCommand.Create(),
    ShardsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();

