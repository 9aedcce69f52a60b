using System.CommandLine;
using InterestService.Benchmarks.Clustering;
using InterestService.Benchmarks.Planted;
using InterestService.Benchmarks.Serving;
using InterestService.Benchmarks.Training;

var root = new RootCommand("Quality and speed beside the peers, one command each.")
{
    PlantedCommand.Create(),
    KMeansCommand.Create(),
    AlgorithmCommands.Silhouette(),
    AlgorithmCommands.Ward(),
    AlgorithmCommands.Dbscan(),
    AlgorithmCommands.Hdbscan(),
    IngestCommand.Create(),
    LookupCommand.Create(),
    BareKestrel.Create(),
    AnswersCommand.Create(),
    TrainCommand.Create(),
    WholeCommand.Create(),
    WholeCommand.CreateGrowth(),
};
return await root.Parse(args).InvokeAsync();

