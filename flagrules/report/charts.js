// Draws the charts of the page from the data block; every figure also stands in a table, so the page is whole without this.
(function () {
  "use strict";
  var charts = JSON.parse(document.getElementById("data").textContent);
  var colours = { granted: "#0b5cad", undetermined: "#e8b33f", refused: "#a3452c", not_entered: "#8a8f98", largest: "#7b2d1d", needed: "#111111" };
  var font = getComputedStyle(document.body).fontFamily;
  var drawn = [];

  function lang() {
    var chosen = document.querySelector('input[name="lang"]:checked');
    return chosen ? chosen.value : "zh";
  }
  function say(text) {
    if (typeof text === "string") return text;
    if (lang() === "both") return text[0] === text[1] ? text[0] : text[0] + " / " + text[1];
    return lang() === "en" ? text[1] : text[0];
  }
  // A Chinese character is as wide as two Latin ones.
  function wide(text) {
    var sum = 0;
    for (var at = 0; at < text.length; at++) sum += text.charCodeAt(at) > 0x2e7f ? 2 : 1;
    return sum;
  }
  function short(text, most) {
    if (wide(text) <= most) return text;
    while (wide(text) > most - 1) text = text.slice(0, -1);
    return text + "…";
  }
  function bars(chart) {
    var last = chart.series.length - 1;
    return chart.series.map(function (series, index) {
      return {
        type: "bar", stack: "all", name: say(series.name), barMaxWidth: 26, cursor: "default",
        itemStyle: { color: colours[series.key], borderColor: "#fff" },
        data: series.values.map(function (value) { return { value: Number(value), itemStyle: { borderWidth: Number(value) ? 1 : 0 } }; }),
        label: {
          show: index === last && !chart.marks, position: chart.flat ? "right" : "top", color: "#222", fontSize: 11,
          formatter: function (item) { return label(chart, item.dataIndex); }
        }
      };
    });
  }
  // What is written at the end of a stack: the text given, or how many there are in all.
  function label(chart, at) {
    var given = chart.series[0].says[at];
    if (given !== undefined) return say(given);
    var sum = chart.series.reduce(function (total, series) { return total + Number(series.values[at]); }, 0);
    return sum ? String(sum) : "";
  }
  function marks(chart) {
    var points = [];
    chart.marks.values.forEach(function (value, at) { if (value !== "") points.push([Number(value), at]); });
    return {
      type: "scatter", name: say(chart.marks.name), symbol: "diamond", symbolSize: 13, z: 5, cursor: "default",
      itemStyle: { color: colours.needed, borderColor: "#fff", borderWidth: 1.5 }, data: points
    };
  }
  function option(chart) {
    var narrow = document.documentElement.clientWidth < 700;
    var most = chart.flat ? (narrow ? 24 : 58) : 14;
    var names = chart.categories.map(function (name, at) {
      return short(say(name), most) + (chart.marks ? "  " + say(chart.series[0].says[at]) : "");
    });
    var legend = chart.series.map(function (series) { return say(series.name); });
    if (chart.marks) legend.push(say(chart.marks.name));
    var category = { type: "category", data: names, inverse: chart.flat, axisTick: { show: false }, axisLabel: { color: "#222", fontSize: 11, interval: 0, rotate: chart.flat ? 0 : 45 } };
    var value = {
      type: "value", name: say(chart.axis), nameLocation: "middle", nameGap: 24, minInterval: chart.percent ? 0 : 1,
      max: chart.percent ? function (ends) { return ends.max > 60 ? Math.max(100, Math.ceil(ends.max)) : null; } : null,
      nameTextStyle: { color: "#444", fontSize: 11 }, axisLabel: { color: "#444", fontSize: 11, hideOverlap: true }, splitLine: { lineStyle: { color: "#e3e0d8" } }
    };
    if (!chart.flat) { value.nameRotate = 90; value.nameGap = 32; }
    return {
      animation: false, textStyle: { fontFamily: font },
      aria: { enabled: true, label: { enabled: false }, decal: { show: true, decals: decals(chart) } },
      grid: { left: chart.flat ? 8 : 22, right: chart.flat ? (chart.marks ? 30 : 110) : 12, top: 34, bottom: chart.flat ? 26 : 6, containLabel: true },
      legend: { data: legend, top: 0, left: 0, itemWidth: 16, itemHeight: 10, textStyle: { color: "#222", fontSize: 11 } },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText", confine: true },
      xAxis: chart.flat ? value : category, yAxis: chart.flat ? category : value,
      series: bars(chart).concat(chart.marks ? [marks(chart)] : [])
    };
  }
  // Stripes for what is undetermined and dots for who did not enter, so that colour is never the only sign.
  function decals(chart) {
    var plain = { symbol: "none" };
    var stripes = { symbol: "rect", color: "rgba(80,50,0,0.55)", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 };
    var dots = { symbol: "circle", color: "rgba(255,255,255,0.8)", symbolSize: 0.5, dashArrayX: [[4, 4], [0, 4, 4, 0]], dashArrayY: [4, 0] };
    var found = chart.series.map(function (series) {
      return series.key === "undetermined" ? stripes : series.key === "not_entered" ? dots : plain;
    });
    return chart.marks ? found.concat([plain]) : found;
  }
  function draw() {
    var chosen = lang();
    document.documentElement.lang = chosen === "en" ? "en" : "zh-CN";
    drawn.forEach(function (pair) {
      pair.made.setOption(option(pair.chart), true);
      pair.box.setAttribute("aria-label", say(pair.chart.title));
    });
  }
  charts.forEach(function (chart) {
    var box = document.getElementById(chart.key);
    box.hidden = false;
    var rows = chart.categories.length;
    box.style.height = (chart.flat ? 74 + rows * 28 : 240) + "px";
    drawn.push({ chart: chart, box: box, made: echarts.init(box, null, { renderer: "svg" }) });
  });
  draw();
  document.querySelectorAll('input[name="lang"]').forEach(function (choice) { choice.addEventListener("change", draw); });
  function fit() { drawn.forEach(function (pair) { pair.made.resize(); }); }
  window.addEventListener("resize", fit);
  window.addEventListener("beforeprint", fit);
  window.addEventListener("afterprint", fit);
})();
