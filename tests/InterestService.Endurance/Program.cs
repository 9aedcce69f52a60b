using System.CommandLine;
using InterestService.Endurance.Crashes;
using InterestService.Endurance.Fuzzing;
using InterestService.Endurance.Kills;
using InterestService.Endurance.Outages;
using InterestService.Endurance.Overload;
using InterestService.Endurance.Releases;
using InterestService.Endurance.Requests;
using InterestService.Endurance.Shortages;
using InterestService.Endurance.Soak;
using InterestService.Endurance.Stalls;
using InterestService.Endurance.Stops;

var root = new RootCommand("Tries to make the service lose data, show half of a change, leak or stop answering. Each command exits with 0 if the service held.")
{
    CrashesCommand.Create(),
    FuzzCommand.Create(),
    KillsCommand.Create(),
    OutagesCommand.Create(),
    OverloadCommand.Create(),
    ReleaseCommand.Create(),
    RequestsCommand.Create(),
    ShortagesCommand.Create(),
    SoakCommand.Create(),
    StallsCommand.Create(),
    StopsCommand.Create(),
    ThreadsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
