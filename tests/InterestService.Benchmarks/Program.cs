using System.CommandLine;
using InterestService.Benchmarks;

var root = new RootCommand("Quality and speed of the pipeline, one command each.") { PlantedCommand.Create() };
return await root.Parse(args).InvokeAsync();
